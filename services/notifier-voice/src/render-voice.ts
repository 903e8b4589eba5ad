import type { Notification } from '@tocsin/notifier-kit';
import twilio from 'twilio';

export type VoiceWords = Pick<
  Notification,
  'kind' | 'incidentNumber' | 'severity' | 'title' | 'ownerName' | 'note' | 'drill' | 'possibleRepeat'
>;

const KEYS = 'Press 1 to accept, 2 to reject, 3 to hear it again.';
const TIMES = 3;
const SECONDS_FOR_A_KEY = 6;
const TITLE_AT_MOST = 200;

/** What is said first: how bad, and what. */
export function spoken(words: VoiceWords): string {
  const number = words.incidentNumber.replace('-', ' ');
  const title = speakable(words.title);
  const parts = [words.drill ? 'This is a drill.' : '', words.possibleRepeat ? 'Possible repeat.' : ''];
  switch (words.kind) {
    case 'page':
      parts.push(`${capital(words.severity)}.`, title === '' ? '' : `${title}.`, `Incident ${number}.`);
      break;
    case 'taken':
      parts.push(`${number} is taken${words.ownerName === '' ? '' : ` by ${words.ownerName}`}.`);
      break;
    case 'update':
      parts.push(
        `${number}: ${words.note === '' ? 'something changed' : words.note}.`,
        title === '' ? '' : `${title}.`,
      );
      break;
    case 'resolved':
      parts.push(`${number} is resolved.`, title === '' ? '' : `${title}.`);
      break;
    case 'code': {
      const digits = [...words.note].join(', ');
      parts.push(`Your Tocsin code is: ${digits}. Again: ${digits}.`);
      break;
    }
    case 'test':
      parts.push('This is a test by Tocsin: pages reach this number. There is nothing to answer.');
      break;
    default:
      words.kind satisfies never;
  }
  return parts.filter((part) => part !== '').join(' ');
}

/** A call's words as TwiML. A page waits for one key, and says itself three times at most over the whole call. */
export function renderVoice(words: VoiceWords, opts: { gatherUrl: (heard: number) => string; heard: number }): string {
  const response = new twilio.twiml.VoiceResponse();
  const text = spoken(words);
  if (words.kind !== 'page') {
    response.say(text);
  } else {
    for (let heard = opts.heard + 1; heard <= TIMES; heard += 1) {
      const action = opts.gatherUrl(heard);
      response
        .gather({ input: ['dtmf'], numDigits: 1, timeout: SECONDS_FOR_A_KEY, action, method: 'POST' })
        .say(`${text} ${KEYS}`);
    }
    response.say('Goodbye.');
  }
  response.hangup();
  return response.toString();
}

/** One sentence, and the end of the call. */
export function renderLastWords(sentence: string): string {
  const response = new twilio.twiml.VoiceResponse();
  response.say(sentence);
  response.hangup();
  return response.toString();
}

/** Asks for patience and comes back to `url`. */
export function renderOneMoment(url: string): string {
  const response = new twilio.twiml.VoiceResponse();
  response.say('One moment please.');
  response.pause({ length: 2 });
  response.redirect({ method: 'POST' }, url);
  return response.toString();
}

/** A title as it can be spoken: without links, brackets and long identifiers, and not for minutes. */
function speakable(title: string): string {
  const text = title
    .replace(/https?:\/\/\S+/gi, ' ')
    .replace(/\b[0-9a-f]{8}-[0-9a-f-]{27}\b/gi, ' ')
    .replace(/[()[\]{}<>|_\p{Cc}]+/gu, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  return [...text]
    .slice(0, TITLE_AT_MOST)
    .join('')
    .replace(/[.\s]+$/, '');
}

export function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
