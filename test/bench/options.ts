import { parseArgs } from 'node:util';

export interface BenchOptions {
  names: string[];
  quick: boolean;
  cold: boolean;
  write: boolean;
  profile: boolean;
}

export function usage(names: string[]): string {
  return `Usage: npm run bench -- [options] [name …]

Measures the product on real engines, a process for each service, and prints a table in Markdown.

  --quick      a tenth of everything: whether it works, not what it takes
  --no-cold    without a start of a clone with empty caches, which downloads half a gigabyte
  --profile    each service's CPU profile in .tocsin/bench
  --write      puts the table into docs/performance.md

Names: ${names.join(', ')}. None: all.`;
}

/** @throws Error that says what is wrong with the arguments. */
export function parseOptions(args: string[], known: string[]): BenchOptions {
  const flag = { type: 'boolean', default: false } as const;
  const { values, positionals: names } = parseArgs({
    args,
    options: { quick: flag, 'no-cold': flag, profile: flag, write: flag },
    allowPositionals: true,
  });
  const unknown = names.filter((name) => !known.includes(name));
  if (unknown.length > 0) throw new Error(`nothing is called ${unknown.join(', ')}: there are ${known.join(', ')}`);
  if (values.write && (values.quick || names.length > 0)) {
    throw new Error('--write takes a whole run: the page shows one machine at one time');
  }
  return {
    names: names.length > 0 ? names : known,
    quick: values.quick,
    cold: !values.quick && !values['no-cold'],
    write: values.write,
    profile: values.profile,
  };
}
