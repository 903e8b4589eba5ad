import type { Option } from './commands/command.ts';

/** What an option is, where it does not go over the API: with its short form, and whether it names a file. */
export interface OwnOption extends Option {
  short?: string;
  isFile?: true;
}

/** A verb that is not over the API. */
export interface OwnCommand {
  name: string;
  help: string;
  /** What may stand after the name. */
  words: readonly string[];
  options: Readonly<Record<string, OwnOption>>;
}

export const SHELLS = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof SHELLS)[number];

const file = (help: string): OwnOption => ({ type: 'string', short: 'f', takes: '<file>', help, isFile: true });

export const ownCommands: readonly OwnCommand[] = [
  {
    name: 'apply',
    help: 'makes the organisation what a file says.',
    words: [],
    options: {
      file: file('the organisation.'),
      'dry-run': { type: 'boolean', help: 'says what would change, and changes nothing.' },
      yes: { type: 'boolean', short: 'y', help: 'deletes without asking.' },
      nats: { type: 'string', takes: '<url>', help: 'where Tocsin is.' },
    },
  },
  {
    name: 'audit',
    help: 'checks that the audit log is whole.',
    words: ['verify'],
    options: {
      file: file('an export.'),
      url: { type: 'string', takes: '<url>', help: 'where the gateway is.' },
      head: { type: 'string', takes: '<position>:<hash>', help: 'what an earlier verification printed.' },
    },
  },
  { name: 'completion', help: 'what completes all of this in a shell.', words: SHELLS, options: {} },
];
