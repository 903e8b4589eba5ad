import { parseArgs } from 'node:util';
import { TocsinError } from '@tocsin/platform';
import { createGateway } from '../api/gateway.ts';
import { EXIT, exitCodeOf } from '../exit-codes.ts';
import type { Command, Option } from './command.ts';

const COMMON = {
  json: { type: 'boolean', default: false },
  url: { type: 'string' },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

/** Of every verb over the API. */
export const COMMON_OPTIONS: Readonly<Record<string, Option>> = {
  json: { type: 'boolean', help: 'what the API answers, for programs.' },
  url: {
    type: 'string',
    takes: '<url>',
    help: 'where the gateway is; TOCSIN_URL where absent, http://127.0.0.1:8000 where both are.',
  },
};

/** Runs one verb as it was typed. What the gateway refused is said in its own words, and is the exit code. */
export async function runCommand(command: Command, args: string[], env: NodeJS.ProcessEnv): Promise<number> {
  try {
    return await run(command, args, env);
  } catch (error) {
    if (error instanceof TocsinError) return print(`tocsin: ${error.message}`, exitCodeOf(error));
    // parseArgs refuses options that it does not know.
    const code = error instanceof TypeError && 'code' in error ? String(error.code) : '';
    if (!code.startsWith('ERR_PARSE_ARGS')) throw error;
    return print(`tocsin: ${(error as Error).message}\n${usageOf(command)}`, EXIT.usage);
  }
}

async function run(command: Command, args: string[], env: NodeJS.ProcessEnv): Promise<number> {
  const options = Object.fromEntries(Object.entries(command.options).map(([name, { type }]) => [name, { type }]));
  const { values, positionals } = parseArgs({ args, allowPositionals: true, options: { ...options, ...COMMON } });
  if (values.help) return print(usageOf(command), EXIT.done);
  if (positionals.length !== command.needs.length) return print(usageOf(command), EXIT.usage);
  const url = values.url ?? env.TOCSIN_URL ?? 'http://127.0.0.1:8000';
  const ended = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => ended.abort());
  return command.run({
    gateway: createGateway({ url, key: env.TOCSIN_API_KEY }),
    positionals,
    values: values as Record<string, string | boolean | undefined>,
    json: values.json,
    say: (line) => console.log(line),
    note: (line) => console.error(line),
    ended: ended.signal,
    clock: Date.now,
  });
}

/** How a verb is typed, and what it takes. */
export function usageOf({ name, needs, help, options }: Command): string {
  const lines = Object.entries({ ...options, ...COMMON_OPTIONS }).map(
    ([option, { takes = '', help: what }]) => `  ${`--${option} ${takes}`.trimEnd().padEnd(24)}${what}`,
  );
  return [`usage: tocsin ${[name, ...needs].join(' ')} [options]`, '', `${name}: ${help}`, ...lines].join('\n');
}

function print(text: string, code: number): number {
  (code === EXIT.done ? console.log : console.error)(text);
  return code;
}
