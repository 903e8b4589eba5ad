import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ServiceName } from '../harness/processes.ts';

/** One way to die between POST and close. */
export interface CrashCase {
  victim: ServiceName;
  /** The points at which it dies, one after the other: the second in what it does about the first. */
  points: readonly string[];
  /** What Ada says, and how; she accepts by SMS where absent. */
  says?: 'accept' | 'reject';
  by?: 'sms' | 'voice';
  /** The organisation is changed meanwhile. */
  applies?: true;
}

/** Every durable step between POST and close that takes alerts and answers in, and who takes it. */
export const INTAKE_CASES: readonly CrashCase[] = [
  { victim: 'ingestion', points: ['ingestion.before-store'] },
  { victim: 'ingestion', points: ['ingestion.envelope-stored'] },
  { victim: 'ingestion', points: ['ingestion.answered'] },
  { victim: 'ingestion', points: ['ingestion.alerts-stored'] },
  { victim: 'ingestion', points: ['teller.published'] },
  { victim: 'ingestion', points: ['ingestion.told'] },
  // Killed again by the sweep that takes up what the first left.
  { victim: 'ingestion', points: ['ingestion.answered', 'ingestion.alerts-stored'] },
  { victim: 'ingestion', points: ['ingestion.alerts-stored', 'ingestion.told'] },
  { victim: 'incidents', points: ['incidents.folded'] },
  { victim: 'incidents', points: ['incidents.decided'] },
  { victim: 'incidents', points: ['consume.handled'] },
  { victim: 'incidents', points: ['incidents.before-tell'] },
  { victim: 'incidents', points: ['incidents.told'] },
  { victim: 'incidents', points: ['incidents.log-stored'] },
  { victim: 'incidents', points: ['teller.published'] },
  { victim: 'incidents', points: ['incidents.answer-stored'] },
  { victim: 'incidents', points: ['incidents.answer-decided'] },
  { victim: 'incidents', points: ['incidents.answer-stored'], says: 'reject' },
  { victim: 'incidents', points: ['incidents.answer-decided'], says: 'reject' },
  { victim: 'incidents', points: ['incidents.closed'] },
];

/** Every durable step that brings pages out. */
export const PAGING_CASES: readonly CrashCase[] = [
  { victim: 'worker', points: ['worker.begun'] },
  { victim: 'worker', points: ['worker.before-deliver'] },
  { victim: 'worker', points: ['worker.delivered'] },
  { victim: 'worker', points: ['worker.turning'] },
  { victim: 'worker', points: ['worker.turned'] },
  { victim: 'worker', points: ['worker.turning', 'worker.turned'] },
  { victim: 'sms', points: ['notifier-sms.calling'] },
  { victim: 'sms', points: ['notifier-sms.called'] },
  { victim: 'sms', points: ['teller.published'] },
  // Whoever takes over what was cut off dies as well.
  { victim: 'sms', points: ['notifier-sms.calling', 'notifier-sms.taken-over'] },
  { victim: 'sms', points: ['notifier-sms.answer-stored'] },
  { victim: 'sms', points: ['notifier-sms.answer-stored'], says: 'reject' },
  { victim: 'sms', points: ['notifier-sms.withdrawal-marked'] },
  { victim: 'sms', points: ['notifier-sms.withdrawal-marked'], says: 'reject' },
  { victim: 'voice', points: ['notifier-voice.calling'] },
  { victim: 'voice', points: ['notifier-voice.called'] },
  { victim: 'voice', points: ['notifier-voice.calling', 'notifier-voice.taken-over'] },
  { victim: 'voice', points: ['notifier-voice.answer-stored'], by: 'voice' },
  { victim: 'voice', points: ['notifier-voice.withdrawal-marked'] },
  { victim: 'roster', points: ['roster.applying'], applies: true },
  { victim: 'roster', points: ['roster.applied'], applies: true },
];

/** From the carrier's receipt to the workflow, every step after which only a store knows of it; `lost-receipts.test.ts` dies at them. */
export const LOST_RECEIPTS: readonly [ServiceName, string][] = [
  ['sms', 'notifier-sms.receipt-stored'],
  ['voice', 'notifier-voice.receipt-stored'],
  ['incidents', 'incidents.progress-stored'],
  ['incidents', 'incidents.before-message'],
  ['incidents', 'incidents.message-told'],
];

/** No page waits for these: `services/webhooks/test/crash.test.ts` dies at them. */
export const APART: readonly string[] = ['webhooks.messages-stored', 'webhooks.sending', 'webhooks.sent'];

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Every crash point that the sources name; a notifier's, for each channel. */
export async function pointsInSources(): Promise<Set<string>> {
  const points = new Set<string>();
  for (const folder of ['packages', 'services', 'workflows']) {
    for await (const file of sourcesIn(path.join(root, folder))) {
      for (const [, quote, name = ''] of (await readFile(file, 'utf8')).matchAll(/\bcrashPoint\(\s*(['"`])(.*?)\1/g)) {
        if (quote !== '`') points.add(name);
        else for (const channel of ['sms', 'voice']) points.add(name.replace(/\$\{[\w.]*channel\}/, channel));
      }
    }
  }
  return points;
}

async function* sourcesIn(folder: string): AsyncGenerator<string> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const full = path.join(folder, entry.name);
    if (entry.isDirectory() && !['node_modules', 'test', 'gen'].includes(entry.name)) yield* sourcesIn(full);
    else if (/\.ts$/.test(entry.name) && !/\.test\.ts$/.test(entry.name)) yield full;
  }
}
