import type { Network } from '../network.ts';
import { parseVoice } from '../twiml/voice.ts';
import { TwimlError } from '../twiml/xml.ts';
import type { Call, CallWishes, Instructions } from './call.ts';
import type { DigitCollector } from './digit-collector.ts';
import { followTwiml } from './follow-twiml.ts';
import { createVoiceLine, DocumentUnavailable } from './voice-line.ts';

/** What is said and pressed on an answered call. */
export interface Conversation {
  /** Carries out these instructions in place of any others; resolves when the call waits for somebody, or is over. */
  begin(instructions: Instructions): Promise<void>;
  /** Presses a key; resolves when what that led to waits again, with whether anything listened. */
  press(digit: string): Promise<boolean>;
  stop(): void;
}

/** What Twilio says when a document cannot be had or used, before it hangs up. */
const apology = 'We are sorry. An application error has occurred. Goodbye.';

/** @param over called once the documents have nothing more to say; not after `stop()` */
export function createConversation(network: Network, call: Call, wishes: CallWishes, over: () => void): Conversation {
  let script = new AbortController();
  let collector: DigitCollector | undefined;
  let waiting: (() => void)[] = [];

  function rest(): void {
    const rested = waiting;
    waiting = [];
    for (const resolve of rested) resolve();
  }

  function listen(to: DigitCollector | undefined): void {
    collector = to;
    call.listening = to !== undefined;
    network.changed(call.handset);
  }

  async function run(instructions: Instructions, signal: AbortSignal): Promise<void> {
    const line = createVoiceLine(network, call, wishes, signal, { resting: rest, listening: listen });
    try {
      const first =
        'twiml' in instructions
          ? { verbs: parseVoice(instructions.twiml) }
          : await line.fetch(instructions.url, instructions.method, {});
      await followTwiml(line, first);
    } catch (error) {
      if (signal.aborted) return;
      if (error instanceof DocumentUnavailable) {
        network.log.warn({ sid: call.sid, reason: error.message }, 'no document for the call');
      } else if (error instanceof TwimlError) {
        network.unexpected(`call ${call.sid} got unusable TwiML (${error.code}): ${error.message}`);
      } else {
        network.unexpected(`call ${call.sid} broke the carrier: ${error instanceof Error ? error.stack : error}`);
      }
      call.spoken.push(apology);
    }
    if (!signal.aborted) over();
  }

  return {
    async begin(instructions) {
      script.abort();
      script = new AbortController();
      listen(undefined);
      const rested = new Promise<void>((resolve) => waiting.push(resolve));
      void run(instructions, script.signal);
      await rested;
    },
    async press(digit) {
      if (!collector) return false;
      call.digits += digit;
      const rested = new Promise<void>((resolve) => waiting.push(resolve));
      if (!collector.press(digit)) rest();
      network.changed(call.handset);
      await rested;
      return true;
    },
    stop() {
      script.abort();
      listen(undefined);
      rest();
    },
  };
}
