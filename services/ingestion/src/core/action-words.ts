import type { AlertAction } from './alert.ts';

const WORDS: Record<AlertAction, readonly string[]> = {
  trigger: ['trigger', 'triggered', 'firing', 'alerting', 'open', 'opened', 'reopened', 'new', 'active', 'problem'],
  acknowledge: ['acknowledge', 'acknowledged', 'ack', 'acknowledgement'],
  resolve: ['resolve', 'resolved', 'ok', 'close', 'closed', 'clear', 'cleared', 'recovery', 'recovered', 'fixed'],
  update: ['update', 'updated'],
};

const ACTION_OF = new Map<string, AlertAction>(
  (Object.keys(WORDS) as AlertAction[]).flatMap((action) => WORDS[action].map((word) => [word, action] as const)),
);

/** What a source's word says happened, or undefined. */
export function actionOfWord(word: unknown): AlertAction | undefined {
  return typeof word === 'string' ? ACTION_OF.get(word.trim().toLowerCase()) : undefined;
}
