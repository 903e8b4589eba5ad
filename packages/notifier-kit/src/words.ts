import type { Notification, Revision } from './provider.ts';

/** What a notification is made of, where it is written. */
export type WrittenWords = Pick<
  Notification,
  'kind' | 'incidentNumber' | 'severity' | 'title' | 'ownerName' | 'note' | 'drill' | 'possibleRepeat'
>;

const LONGEST_TITLE = 500;

/** A title on one line, without control characters, and not without end. */
export function titleOf({ title }: Pick<WrittenWords, 'title'>, atMost = LONGEST_TITLE): string {
  const chars = [...title.replace(/[\s\p{Cc}\p{Cf}]+/gu, ' ').trim()];
  return chars.length <= atMost ? chars.join('') : `${chars.slice(0, atMost).join('').trimEnd()}…`;
}

/** What is said first: that it is a page and how bad, or the news itself. */
export function headline(words: WrittenWords): string {
  const { incidentNumber: number, ownerName, note } = words;
  switch (words.kind) {
    case 'page':
      return `${words.severity.toUpperCase()} ${number}`;
    case 'taken':
      return ownerName === '' ? `${number} is taken.` : `${number} is taken by ${ownerName}.`;
    case 'update':
      return `${number}: ${note === '' ? 'something changed' : note}.`;
    case 'resolved':
      return `${number} is resolved.`;
    case 'code':
      return `Your Tocsin code is ${note}. It proves that messages here reach you, and is good for 10 minutes.`;
    case 'test':
      return 'Test from Tocsin: pages reach you here. Nothing to answer.';
    default:
      return words.kind satisfies never;
  }
}

/** What has to be known of the message itself; empty mostly. */
export function remarks({ drill, possibleRepeat }: WrittenWords): string[] {
  return [...(drill ? ['This is a drill.'] : []), ...(possibleRepeat ? ['Possible repeat.'] : [])];
}

/** Everything in one line, for where there is nothing but text. */
export function inOneLine(words: WrittenWords): string {
  const title = words.kind === 'taken' ? '' : titleOf(words);
  return [words.drill ? 'DRILL' : '', words.kind === 'page' ? 'PAGE' : '', headline(words), title]
    .concat(words.possibleRepeat ? ['(possible repeat)'] : [])
    .filter((part) => part !== '')
    .join(' ');
}

/** What became of a page, as a sentence under it. */
export function sayRevision({ state, name }: Revision): string {
  const who = name === '' ? 'Somebody' : name;
  switch (state) {
    case 'noted':
      return 'Noted, working on it.';
    case 'taken':
      return `${who} has it.`;
    case 'rejected':
      return `${who} rejected it; the next person is called.`;
    case 'escalated':
      return `${who} escalated it; more people are called.`;
    case 'again':
      return 'Nobody has it any more; people are called again.';
    case 'closed':
      return 'Over.';
    default:
      return state satisfies never;
  }
}
