/** GSM 03.38's basic alphabet; each of its characters is one septet. */
const BASIC =
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà';
/** Reached by an escape: two septets each. */
const EXTENDED = '^{}\\[~]|€';

const REPLACED: Record<string, string> = {
  '‘': "'",
  '’': "'",
  '“': '"',
  '”': '"',
  '–': '-',
  '—': '-',
  '…': '...',
  '→': '->',
  '\u00a0': ' ',
  '•': '-',
  '`': "'",
  ß: 'ß',
};

/** Septets that a text takes, or null where it holds a character that GSM-7 does not have. */
export function septets(text: string): number | null {
  let count = 0;
  for (const char of text) {
    if (BASIC.includes(char)) count += 1;
    else if (EXTENDED.includes(char)) count += 2;
    else return null;
  }
  return count;
}

/** The text with GSM-7's characters only: accents it lacks are dropped, and what has no likeness becomes `?`. */
export function toGsm7(text: string): string {
  let out = '';
  for (const char of text) {
    if (septets(char) !== null) {
      out += char;
      continue;
    }
    const likeness = REPLACED[char] ?? char.normalize('NFKD').replace(/\p{M}/gu, '');
    out += likeness !== '' && septets(likeness) !== null ? likeness : '?';
  }
  return out;
}
