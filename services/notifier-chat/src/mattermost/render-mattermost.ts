import {
  headline,
  inOneLine,
  type Revision,
  remarks,
  sayRevision,
  titleOf,
  type WrittenWords,
} from '@tocsin/notifier-kit';

/** What a button brings back. It stays on the Mattermost server: nobody who reads the message sees it. */
export interface ButtonContext {
  /** Names the attempt. */
  token: string;
  /** Whose page it is: anybody else's press is none. */
  user: string;
  answer: 'accept' | 'reject';
}

/**
 * A notification as a message attachment (https://developers.mattermost.com/integrate/reference/message-attachments). Text of others is
 * made to mean nothing: neither Markdown nor a mention.
 */
export function renderAttachment(
  words: WrittenWords,
  { buttons = [], revision }: { buttons?: object[]; revision?: Revision } = {},
): object {
  const title = words.kind === 'taken' ? '' : titleOf(words);
  const said = [...remarks(words), ...(revision ? [sayRevision(revision)] : [])].join(' ');
  const lines = [`**${literal(headline(words))}**`, literal(title), literal(said)].filter((line) => line !== '');
  return {
    fallback: literal(inOneLine(words)),
    text: lines.join('\n'),
    ...(buttons.length > 0 ? { actions: buttons } : {}),
  };
}

export function renderButtons(url: string, context: Omit<ButtonContext, 'answer'>): object[] {
  const button = (answer: ButtonContext['answer'], name: string, style: string) => ({
    id: answer,
    type: 'button',
    name,
    style,
    integration: { url, context: { ...context, answer } },
  });
  return [button('accept', 'Accept', 'primary'), button('reject', 'Reject', 'danger')];
}

/** Markdown's characters are escaped, and a zero-width space keeps an `@` from naming anybody. */
export function literal(text: string): string {
  return text.replace(/[\\`*_{}[\]()#+!|~<>:&-]/g, '\\$&').replaceAll('@', '@\u200b');
}
