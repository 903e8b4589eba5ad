const WORDS = 40;
const WORD_CHARACTERS = 64;

/** What a title is found by: its words, each once, without case and accents. Names such as `db-12.prod` are found by their parts. */
export function wordsOf(text: string): string[] {
  const plain = text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
  const words = plain.match(/[\p{L}\p{N}]+/gu) ?? [];
  return [...new Set(words.map((word) => word.slice(0, WORD_CHARACTERS)))].slice(0, WORDS);
}
