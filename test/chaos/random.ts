/** Numbers from 0 to 1 that a seed decides (mulberry32): what a run did can be done again. */
export interface Random {
  next(): number;
  /** From `least` up to, and without, `most`. */
  between(least: number, most: number): number;
  pick<T>(of: readonly T[]): T;
}

export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    next,
    between: (least, most) => least + next() * (most - least),
    pick: (of) => of[Math.floor(next() * of.length)]!,
  };
}
