import type { Clock } from '../clock.ts';
import type { Gather } from '../twiml/voice.ts';

export interface Collected {
  digits: string;
  /** The finishing key, or empty when the number of digits or the time ended it. */
  finishedOnKey: string;
}

/** Listens for keys while a `<Gather>` speaks and afterwards, until enough came or the caller stays silent. */
export interface DigitCollector {
  /** Aborts when the first key is pressed, which cuts the prompts short. */
  readonly touched: AbortSignal;
  /** Whether it has all it wanted. */
  readonly finished: boolean;
  /** @returns whether that was the last key it wanted */
  press(digit: string): boolean;
  /** Silence counts from this call, and anew from each key. */
  collected(signal: AbortSignal): Promise<Collected>;
}

export function createDigitCollector(clock: Clock, gather: Gather, secondMs: number): DigitCollector {
  const touch = new AbortController();
  const { promise, resolve, reject } = Promise.withResolvers<Collected>();
  promise.catch(() => {});
  let digits = '';
  let awaited = false;
  let finished = false;
  let stopTimer = () => {};

  function finish(finishedOnKey: string): void {
    finished = true;
    stopTimer();
    resolve({ digits, finishedOnKey });
  }

  function countSilence(): void {
    stopTimer();
    stopTimer = clock.after(gather.timeoutSeconds * secondMs, () => finish(''));
  }

  return {
    touched: touch.signal,
    get finished() {
      return finished;
    },
    press(digit) {
      touch.abort();
      if (finished) return true;
      if (digit === gather.finishOnKey) finish(digit);
      else {
        digits += digit;
        if (digits.length === gather.numDigits) finish('');
        else if (awaited) countSilence();
      }
      return finished;
    },
    collected(signal) {
      if (!finished) {
        awaited = true;
        countSilence();
        const onAbort = () => {
          stopTimer();
          reject(signal.reason);
        };
        signal.addEventListener('abort', onAbort, { once: true });
      }
      return promise;
    },
  };
}
