import type { Notification } from '@tocsin/notifier-kit';
import { septets, toGsm7 } from './gsm7.ts';

export type SmsWords = Pick<
  Notification,
  'kind' | 'incidentNumber' | 'severity' | 'title' | 'ownerName' | 'note' | 'drill' | 'possibleRepeat'
>;

const ONE_SEGMENT_SEPTETS = 160;
/** Two segments of UCS-2: a title in another script is worth a second one. */
const TWO_SEGMENTS_UCS2 = 134;

/**
 * A notification as the text of a message: one GSM-7 segment, the title cut to fit. What is needed to answer is never cut.
 * Where GSM-7 would make most of the title unreadable, it stays as it is, in two segments of UCS-2 at most.
 */
export function renderSms(words: SmsWords, code: string): string {
  const title = words.title.replace(/[\s\p{Cc}]+/gu, ' ').trim();
  const plain = toGsm7(title);
  const lost = [...plain].filter((char) => char === '?').length - [...title].filter((char) => char === '?').length;
  if (lost * 2 <= [...title].length)
    return fitted(plain, ONE_SEGMENT_SEPTETS, size7, (cut) => toGsm7(line(words, code, cut)));
  return fitted(
    title,
    TWO_SEGMENTS_UCS2,
    (text) => text.length,
    (cut) => line(words, code, cut),
  );
}

function line(words: SmsWords, code: string, title: string): string {
  const parts = [sentence(words, code, title)];
  if (words.possibleRepeat) parts.push('Possible repeat.');
  if (words.kind === 'page') parts.push(`Reply ${code}1=accept ${code}2=reject`);
  return `${words.drill ? 'DRILL ' : ''}${parts.join(' ')}`;
}

function sentence(words: SmsWords, code: string, title: string): string {
  const { incidentNumber: number, ownerName, note } = words;
  const about = title === '' ? '' : ` ${title}`;
  switch (words.kind) {
    case 'page':
      return `PAGE ${code} ${words.severity.toUpperCase()} ${number}${about}.`;
    case 'taken':
      return ownerName === '' ? `${number} is taken.` : `${number} is taken by ${ownerName}.`;
    case 'update':
      return `${number}: ${note === '' ? 'something changed' : note}.${about}`;
    case 'resolved':
      return `${number} is resolved.${about}`;
    case 'code':
      return `${note} is your Tocsin code. It proves that this number is yours, and is good for 10 minutes.`;
    case 'test':
      return 'TEST from Tocsin: pages reach this number. Nothing to answer.';
    default:
      return words.kind satisfies never;
  }
}

function size7(text: string): number {
  return septets(text) ?? Number.POSITIVE_INFINITY;
}

/** The text with the longest beginning of the title with which it fits. */
function fitted(
  title: string,
  most: number,
  size: (text: string) => number,
  render: (title: string) => string,
): string {
  const whole = render(title);
  if (size(whole) <= most) return whole;
  const chars = [...title];
  let low = 0;
  let high = chars.length;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (size(render(cut(chars, middle))) <= most) low = middle;
    else high = middle - 1;
  }
  return render(low === 0 ? '' : cut(chars, low));
}

function cut(chars: string[], length: number): string {
  return `${chars.slice(0, length).join('').trimEnd()}..`;
}
