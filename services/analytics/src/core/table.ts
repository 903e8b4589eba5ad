/** `code`: a whole number up to 32 bits, such as a place in a dictionary. `number`: a double; NaN is "absent". */
export type ColumnKind = 'code' | 'number';
export type Column = Uint32Array | Float64Array;

/** Rows kept column by column, so that a million of them are read in milliseconds. */
export interface Table<C extends string> {
  readonly length: number;
  has(name: string): name is C;
  /** As long as the capacity, not as the length; replaced when the table grows. */
  column(name: C): Column;
  set(row: number, values: Readonly<Record<C, number>>): void;
  push(values: Readonly<Record<C, number>>): number;
}

const FIRST_CAPACITY = 64;

export function createTable<C extends string>(kinds: Readonly<Record<C, ColumnKind>>): Table<C> {
  const names = Object.keys(kinds) as C[];
  const make = (name: C, capacity: number): Column =>
    kinds[name] === 'code' ? new Uint32Array(capacity) : new Float64Array(capacity);
  const columns = Object.fromEntries(names.map((name) => [name, make(name, FIRST_CAPACITY)])) as Record<C, Column>;
  let capacity = FIRST_CAPACITY;
  let length = 0;

  function grow(): void {
    // By half: rows are many, and what is not filled is held as well.
    capacity += capacity >>> 1;
    for (const name of names) {
      const wider = make(name, capacity);
      wider.set(columns[name]);
      columns[name] = wider;
    }
  }

  function set(row: number, values: Readonly<Record<C, number>>): void {
    for (const name of names) columns[name][row] = values[name];
  }

  return {
    get length() {
      return length;
    },
    has: (name): name is C => name in kinds,
    column: (name) => columns[name],
    set,
    push(values) {
      if (length === capacity) grow();
      set(length, values);
      length += 1;
      return length - 1;
    },
  };
}
