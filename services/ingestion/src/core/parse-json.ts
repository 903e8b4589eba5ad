/** Whole numbers that a double cannot hold: event ids of real sources are among them. */
const LONG_NUMBER = /\d{16}/;

type Reviver = (key: string, value: unknown, context: { source?: string }) => unknown;

/** JSON, or undefined. A whole number too long for a double stays the digits that were sent. */
export function parseJson(text: string): unknown {
  try {
    if (!LONG_NUMBER.test(text)) return JSON.parse(text);
    return (JSON.parse as (text: string, reviver: Reviver) => unknown)(text, keepDigits);
  } catch {
    return undefined;
  }
}

const keepDigits: Reviver = (_key, value, context) => {
  if (typeof value !== 'number' || Number.isSafeInteger(value) || !context.source) return value;
  return /^-?\d+$/.test(context.source) ? context.source : value;
};
