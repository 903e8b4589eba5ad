/** One thing that is measured, by itself: on a system of its own, so that it can be run alone. */
export interface Benchmark {
  name: string;
  run(context: BenchContext): Promise<Finding>;
}

export interface BenchContext {
  /** A tenth of the size: to see that everything works, not what it takes. */
  quick: boolean;
  /** Whether a clone with empty caches may be started, which downloads half a gigabyte. */
  cold: boolean;
  /** Where each service leaves a CPU profile. Absent: none is made. */
  profileDir?: string;
  /** Tells how it goes. */
  say(line: string): void;
}

export interface Finding {
  rows: Row[];
  details?: Table[];
  /** Numbers by name, of which ratios are made. */
  figures?: Record<string, number>;
  /** What the rows were made from. */
  samples?: unknown;
}

/** A line of the table. */
export interface Row {
  measure: string;
  result: string;
  expected?: { what: string; met: boolean };
}

export interface Table {
  title: string;
  head: string[];
  rows: string[][];
  /** What is to be known for reading it. */
  note?: string;
}

/** What was measured was not what the product promises: figures of it say nothing. */
export class VoidRun extends Error {
  override name = 'VoidRun';
}

/** @throws VoidRun */
export function mustBe(what: string, found: unknown, wanted: unknown): void {
  if (found !== wanted) throw new VoidRun(`${what}: ${String(found)}, and not ${String(wanted)}`);
}
