/** Strings as small numbers, in the order in which they were first seen. */
export interface Dictionary {
  readonly size: number;
  /** The number of a string, a new one where it was never seen. */
  codeOf(text: string): number;
  /** The number of a string; undefined where it was never seen. */
  find(text: string): number | undefined;
  textOf(code: number): string;
}

export function createDictionary(): Dictionary {
  const codes = new Map<string, number>();
  const texts: string[] = [];
  return {
    get size() {
      return texts.length;
    },
    codeOf(text) {
      const known = codes.get(text);
      if (known !== undefined) return known;
      codes.set(text, texts.length);
      return texts.push(text) - 1;
    },
    find: (text) => codes.get(text),
    textOf: (code) => texts[code] ?? '',
  };
}
