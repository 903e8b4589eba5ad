import { isE164 } from './numbers.ts';
import { TwilioError, type TwilioErrorCode } from './twilio-error.ts';

/** A request's parameters, of which every one was expected. The readers throw Twilio's error for the parameter. */
export interface Form {
  has(name: string): boolean;
  text(name: string): string | undefined;
  all(name: string): string[];
  /** A number of the field E.164 that must be there. */
  number(name: string, missing: TwilioErrorCode, malformed: TwilioErrorCode): string;
  url(name: string, malformed: TwilioErrorCode): string | undefined;
  method(name: string): 'GET' | 'POST';
  integer(name: string, min: number, max: number, malformed: TwilioErrorCode): number | undefined;
  oneOf<T extends string>(name: string, values: readonly T[]): T | undefined;
}

/**
 * @param single names that may stand once
 * @param repeated names that may stand more than once
 * @throws TwilioError 20001 for any other name
 */
export function readForm(
  parameters: URLSearchParams,
  single: readonly string[],
  repeated: readonly string[] = [],
): Form {
  const seen = new Set<string>();
  for (const name of parameters.keys()) {
    const known = repeated.includes(name) || (single.includes(name) && !seen.has(name));
    if (!known) throw new TwilioError(20001, name);
    seen.add(name);
  }
  const text = (name: string) => parameters.get(name) ?? undefined;

  return {
    has: (name) => parameters.has(name),
    text,
    all: (name) => parameters.getAll(name),
    number(name, missing, malformed) {
      const value = text(name);
      if (!value) throw new TwilioError(missing);
      if (!isE164(value)) throw new TwilioError(malformed, value);
      return value;
    },
    url(name, malformed) {
      const value = text(name);
      if (value !== undefined && !isHttpUrl(value)) throw new TwilioError(malformed, value);
      return value;
    },
    method(name) {
      const value = text(name) ?? 'POST';
      if (value !== 'GET' && value !== 'POST') throw new TwilioError(21209, value);
      return value;
    },
    integer(name, min, max, malformed) {
      const value = text(name);
      if (value === undefined) return undefined;
      const parsed = Number(value);
      if (!/^\d+$/.test(value) || parsed < min || parsed > max) throw new TwilioError(malformed, value);
      return parsed;
    },
    oneOf(name, values) {
      const value = text(name);
      if (value === undefined) return undefined;
      const match = values.find((candidate) => candidate === value);
      if (match === undefined) throw new TwilioError(20002, name);
      return match;
    },
  };
}

export function isHttpUrl(text: string): boolean {
  return /^https?:\/\/[^\s/]/.test(text) && text.length <= 4000 && URL.canParse(text);
}
