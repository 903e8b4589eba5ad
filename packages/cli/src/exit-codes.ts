import { Forbidden, InvalidInput, RateLimited, type TocsinError, Unauthenticated, Unavailable } from '@tocsin/platform';

/** What a script can tell apart. */
export const EXIT = {
  done: 0,
  /** It was refused, or something else is true now: somebody else has it, it is over, there is no such thing. */
  refused: 1,
  /** It was asked wrongly. */
  usage: 2,
  /** Not now: Tocsin is away or busy. The same again may help. */
  away: 3,
  /** The key is missing, not valid, or may not. */
  key: 4,
} as const;

export function exitCodeOf(error: TocsinError): number {
  if (error instanceof Unavailable || error instanceof RateLimited) return EXIT.away;
  if (error instanceof Unauthenticated || error instanceof Forbidden || error.code === 'key-missing') return EXIT.key;
  return error instanceof InvalidInput ? EXIT.usage : EXIT.refused;
}
