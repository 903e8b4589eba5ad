/** Control characters, line separators, and the marks that make text read in another order than it is written. */
const HOSTILE = /[\p{Cc}\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]+/gu;

/** One line of well-formed text of at most `limit` characters: what a sender wrote is shown, spoken and logged elsewhere. */
export function cleanText(text: string, limit: number): string {
  // Far more than `limit` is never looked at: a title may be a megabyte.
  const head = text.length > limit * 4 ? text.slice(0, limit * 4) : text;
  const clean = head.replace(HOSTILE, ' ').replace(/\s+/g, ' ').trim();
  return (clean.length > limit ? clean.slice(0, limit).trimEnd() : clean)
    .replace(/[\ud800-\udbff]$/, '')
    .toWellFormed();
}
