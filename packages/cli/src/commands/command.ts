import { InvalidInput } from '@tocsin/platform';
import type { Gateway } from '../api/gateway.ts';

export interface Option {
  type: 'string' | 'boolean';
  /** For the help: what it takes, and what it does. */
  takes?: string;
  help: string;
  /** What it takes, where that is known: one of these, or several with commas. */
  words?: readonly string[];
}

export interface Asked {
  gateway: Gateway;
  positionals: string[];
  values: Readonly<Record<string, string | boolean | undefined>>;
  json: boolean;
  /** A line for whoever reads, or for the next program. */
  say(line: string): void;
  /** A line beside what is asked for. */
  note(line: string): void;
  /** Aborted when it is time to end. */
  ended: AbortSignal;
  clock: () => number;
}

/** One verb over the REST API. */
export interface Command {
  name: string;
  /** What stands after the name, such as `<incident>`: one word each, all of them needed. */
  needs: readonly string[];
  help: string;
  options: Readonly<Record<string, Option>>;
  /** Resolves with the exit code. */
  run(asked: Asked): Promise<number>;
}

/** A string option, undefined where it was not given. */
export function text({ values }: Pick<Asked, 'values'>, name: string): string | undefined {
  const value = values[name];
  return typeof value === 'string' ? value : undefined;
}

/** An incident as a path has it; `42` is INC-42. */
export function incidentPath(named: string): string {
  const number = /^\d+$/.test(named) ? `INC-${named}` : named;
  if (/^(INC-\d{1,15}|[0-9A-HJKMNP-TV-Z]{26})$/i.test(number)) return `/incidents/${number}`;
  throw new InvalidInput(`${named} is no incident, such as INC-42`, { code: 'incident-invalid' });
}
