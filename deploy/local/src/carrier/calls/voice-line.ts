import type { Network } from '../network.ts';
import { parseVoice } from '../twiml/voice.ts';
import { TwimlError } from '../twiml/xml.ts';
import type { Call, CallWishes } from './call.ts';
import { callParameters } from './call-parameters.ts';
import { createDigitCollector, type DigitCollector } from './digit-collector.ts';
import type { Line, VoiceDocument } from './follow-twiml.ts';

/** The customer's server did not give a document: nobody answered, or not with a 2xx. */
export class DocumentUnavailable extends Error {
  readonly code = 11200;
}

export interface VoiceLineEvents {
  /** The call now waits, for time to pass or for a key. */
  resting(): void;
  /** Keys go here from now on; nowhere when undefined. */
  listening(collector: DigitCollector | undefined): void;
}

/** The line of one answered call, for one run of documents, which ends when the signal aborts. */
export function createVoiceLine(
  network: Network,
  call: Call,
  wishes: CallWishes,
  signal: AbortSignal,
  events: VoiceLineEvents,
): Line {
  const { clock, config, webhooks, accounts } = network;
  const { secondMs, speechMsPerCharacter } = config.timings;

  async function pass(ms: number, until: AbortSignal | undefined): Promise<void> {
    signal.throwIfAborted();
    if (ms <= 0 || until?.aborted) return;
    events.resting();
    const cut = until ? AbortSignal.any([signal, until]) : signal;
    await clock.wait(ms, cut).catch(() => signal.throwIfAborted());
  }

  async function get(url: string, method: 'GET' | 'POST', parameters: Record<string, string>): Promise<VoiceDocument> {
    const account = accounts.get(call.accountSid);
    if (!account) throw new DocumentUnavailable('the account is gone');
    const answer = await webhooks.send({
      account,
      url,
      method,
      parameters: { ...callParameters(call), ...parameters },
    });
    signal.throwIfAborted();
    if (!answer.answered) throw new DocumentUnavailable(`${url}: ${answer.reason}`);
    if (answer.status < 200 || answer.status > 299) {
      if (answer.status < 500) network.unexpected(`${url} answered call ${call.sid} with ${answer.status}`);
      throw new DocumentUnavailable(`${url} answered with ${answer.status}`);
    }
    if (!/^(text|application)\/xml\b/.test(answer.contentType)) {
      throw new TwimlError(12300, `${url} answered with the content type ${answer.contentType || 'missing'}`);
    }
    return { verbs: parseVoice(answer.body), url };
  }

  return {
    say(text, until) {
      signal.throwIfAborted();
      call.spoken.push(text);
      network.changed(call.handset);
      return pass(text.length * speechMsPerCharacter, until);
    },
    pause: (seconds, until) => pass(seconds * secondMs, until),
    async gather(verb, prompts) {
      signal.throwIfAborted();
      const collector = createDigitCollector(clock, verb, secondMs);
      events.listening(collector);
      try {
        await prompts(collector.touched);
        const collected = collector.collected(signal);
        if (!collector.finished) events.resting();
        return await collected;
      } finally {
        if (!signal.aborted) events.listening(undefined);
      }
    },
    async fetch(url, method, parameters) {
      try {
        return await get(url, method, parameters);
      } catch (error) {
        const { fallback } = wishes;
        const failed = error instanceof DocumentUnavailable || error instanceof TwimlError;
        if (signal.aborted || !failed || !fallback) throw error;
        network.log.warn({ sid: call.sid, reason: error.message }, 'document failed, asking the fallback');
        return get(fallback.url, fallback.method, { ...parameters, ErrorCode: String(error.code), ErrorUrl: url });
      }
    },
  };
}
