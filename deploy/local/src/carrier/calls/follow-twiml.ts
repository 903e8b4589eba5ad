import type { Gather, Prompt, VoiceVerb } from '../twiml/voice.ts';
import { TwimlError } from '../twiml/xml.ts';
import type { Collected } from './digit-collector.ts';

export interface VoiceDocument {
  verbs: VoiceVerb[];
  /** Where it came from, which relative addresses start from; absent for TwiML given with the call. */
  url?: string | undefined;
}

/** What a document can do on a call. Each action rejects once the call has ended or was redirected. */
export interface Line {
  say(text: string, until?: AbortSignal): Promise<void>;
  pause(seconds: number, until?: AbortSignal): Promise<void>;
  gather(verb: Gather, prompts: (touched: AbortSignal) => Promise<void>): Promise<Collected>;
  fetch(url: string, method: 'GET' | 'POST', parameters: Record<string, string>): Promise<VoiceDocument>;
}

/** More documents than this in one call is a loop that would never end. */
const maxDocuments = 200;

/** Carries out a document and those it leads to; resolves when the last says to hang up, or has nothing more to say. */
export async function followTwiml(line: Line, first: VoiceDocument): Promise<void> {
  let document: VoiceDocument | undefined = first;
  for (let count = 0; document; count += 1) {
    if (count === maxDocuments)
      throw new TwimlError(12200, `the call went through ${maxDocuments} documents without an end`);
    document = await carryOut(line, document);
  }
}

/** @returns the document that takes over, if one does */
async function carryOut(line: Line, document: VoiceDocument): Promise<VoiceDocument | undefined> {
  for (const verb of document.verbs) {
    switch (verb.verb) {
      case 'Say':
      case 'Pause':
        await prompt(line, verb);
        break;
      case 'Hangup':
        return undefined;
      case 'Redirect':
        return line.fetch(absolute(verb.url, document), verb.method, {});
      case 'Gather': {
        const { digits, finishedOnKey } = await line.gather(verb, async (touched) => {
          for (const each of verb.prompts) if (!touched.aborted) await prompt(line, each, touched);
        });
        if (digits === '' && !verb.actionOnEmptyResult) break;
        return line.fetch(absolute(verb.action ?? '', document), verb.method, {
          Digits: digits,
          FinishedOnKey: finishedOnKey,
          msg: 'Gather End',
        });
      }
      default:
        verb satisfies never;
    }
  }
  return undefined;
}

async function prompt(line: Line, verb: Prompt, until?: AbortSignal): Promise<void> {
  if (verb.verb === 'Pause') return line.pause(verb.seconds, until);
  for (let spoken = 0; spoken < verb.loop && !until?.aborted; spoken += 1) await line.say(verb.text, until);
}

function absolute(address: string, document: VoiceDocument): string {
  if (!URL.canParse(address, document.url))
    throw new TwimlError(11100, `"${address}" is no address that can be reached from here`);
  return new URL(address, document.url).href;
}
