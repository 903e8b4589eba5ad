import { commands } from '../commands/list.ts';
import { COMMON_OPTIONS } from '../commands/run-command.ts';
import { type OwnOption, ownCommands } from '../own-commands.ts';

/** What can be typed, as every shell needs to know it. */
export interface Verb {
  name: string;
  help: string;
  /** What stands after the name: one of these words, the number of an open incident, or nothing. */
  takes: { kind: 'words'; words: readonly string[] } | { kind: 'incident' } | { kind: 'nothing' };
  flags: Flag[];
}

export interface Flag {
  long: string;
  short: string | undefined;
  help: string;
  /** What stands after it: these words, with commas between several; a file; what nobody can guess; or nothing. */
  value: { kind: 'list'; words: readonly string[] } | { kind: 'file' } | { kind: 'unknown' } | null;
}

/** The verbs in the order of the help. */
export function grammar(): Verb[] {
  return [
    ...commands.map(
      ({ name, needs, help, options }): Verb => ({
        name,
        help,
        takes: needs.includes('<incident>') ? { kind: 'incident' } : { kind: 'nothing' },
        flags: flagsOf({ ...options, ...COMMON_OPTIONS }),
      }),
    ),
    ...ownCommands.map(
      ({ name, words, help, options }): Verb => ({
        name,
        help,
        takes: words.length > 0 ? { kind: 'words', words } : { kind: 'nothing' },
        flags: flagsOf(options),
      }),
    ),
  ];
}

function flagsOf(options: Readonly<Record<string, OwnOption>>): Flag[] {
  return Object.entries(options).map(([long, { type, short, help, words, isFile }]) => ({
    long,
    short,
    help,
    value:
      type === 'boolean' ? null : words ? { kind: 'list', words } : isFile ? { kind: 'file' } : { kind: 'unknown' },
  }));
}
