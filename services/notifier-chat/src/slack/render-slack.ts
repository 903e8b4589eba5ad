import {
  headline,
  inOneLine,
  type Revision,
  remarks,
  sayRevision,
  titleOf,
  type WrittenWords,
} from '@tocsin/notifier-kit';

export interface SlackMessage {
  /** What notifications and screen readers say. */
  text: string;
  blocks: object[];
}

/** What a button brings back: it comes signed, and only Slack and we have seen it. */
export interface ButtonValue {
  /** Names the attempt. */
  token: string;
  /** Whose page it is: anybody else's press is none. */
  user: string;
}

/**
 * A notification in Block Kit (https://docs.slack.dev/reference/block-kit). Text of others stands in `plain_text`, where nothing is
 * a link or a mention, and is escaped as well. `mention` is who is meant, in a channel that others read too.
 */
export function renderSlack(
  words: WrittenWords,
  { button, mention, revision }: { button?: ButtonValue; mention?: string; revision?: Revision } = {},
): SlackMessage {
  const title = words.kind === 'taken' ? '' : titleOf(words);
  const said = revision ? sayRevision(revision) : '';
  const context = [...remarks(words), said].filter((part) => part !== '').join(' ');
  const address = mention === undefined ? '' : `<@${mention}> `;
  return {
    text: `${address}${escaped([inOneLine(words), said].filter((part) => part !== '').join(' – '))}`,
    blocks: [
      {
        type: 'section',
        text: { type: 'mrkdwn', text: `${address}*${unformatted(headline(words))}*`, verbatim: true },
      },
      ...(title === '' ? [] : [{ type: 'section', text: plain(title) }]),
      ...(context === '' ? [] : [{ type: 'context', elements: [plain(context)] }]),
      ...(words.kind === 'page' && button ? [buttons(button)] : []),
    ],
  };
}

function buttons(value: ButtonValue): object {
  const button = (action: 'accept' | 'reject', text: string, style: 'primary' | 'danger') => ({
    type: 'button',
    action_id: action,
    text: plain(text),
    style,
    value: JSON.stringify(value),
  });
  return {
    type: 'actions',
    block_id: 'answer',
    elements: [button('accept', 'Accept', 'primary'), button('reject', 'Reject', 'danger')],
  };
}

function plain(text: string): object {
  return { type: 'plain_text', text: escaped(text), emoji: false };
}

/** Slack's three control characters (https://docs.slack.dev/messaging/formatting-message-text). */
export function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** For a place where asterisks and the like would mean something: names and notes hold none that matter. */
function unformatted(text: string): string {
  return escaped(text.replace(/[*_~`]/g, ''));
}
