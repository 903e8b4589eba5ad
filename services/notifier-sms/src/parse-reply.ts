/** What a person's message says: an answer to the page with this code, or why it is none. */
export type Reply =
  | { kind: 'answer'; code: string; answer: 'accept' | 'reject'; reason: string }
  /** The carrier acts on it, and answers it. */
  | { kind: 'carrier-keyword' }
  | { kind: 'unclear' };

/** Words that carriers take for themselves: none of them may ever mean an answer. */
const CARRIER_KEYWORDS = new Set(
  'stop stopall unsubscribe cancel end quit revoke optout start yes unstop help info'.split(' '),
);
const VERBS: Record<string, 'accept' | 'reject'> = {
  '1': 'accept',
  ack: 'accept',
  accept: 'accept',
  '2': 'reject',
  reject: 'reject',
  decline: 'reject',
};
const CODE_LENGTH = 4;
const REASON_AT_MOST = 500;

/**
 * Reads a message such as `7F3K1`, `7f3k 1`, `7F3K accept` or `7F3K2 in a plane`. Case does not matter, nor do spaces and
 * dashes in and around the code; what follows a reject is its reason.
 */
export function parseReply(body: string): Reply {
  const text = body.normalize('NFKC').trim();
  if (CARRIER_KEYWORDS.has(text.toLowerCase())) return { kind: 'carrier-keyword' };
  const code = new RegExp(`^(?:[a-z0-9][\\s-]*){${CODE_LENGTH}}`, 'i').exec(text)?.[0];
  if (code === undefined) return { kind: 'unclear' };
  const rest = text.slice(code.length).replace(/^[\s.:=,-]+/, '');
  const verb = /^(?:[12](?!\d)|(?:ack|accept|reject|decline)(?![a-z0-9]))/i.exec(rest)?.[0];
  if (verb === undefined) return { kind: 'unclear' };
  const answer = VERBS[verb.toLowerCase()]!;
  const reason =
    answer === 'reject'
      ? rest
          .slice(verb.length)
          .replace(/^[\s.:=,-]+/, '')
          .slice(0, REASON_AT_MOST)
      : '';
  return { kind: 'answer', code: code.replace(/[\s-]/g, '').toUpperCase(), answer, reason };
}
