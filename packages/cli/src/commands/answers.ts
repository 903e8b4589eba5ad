import { InvalidInput } from '@tocsin/platform';
import type { CommandResult } from '../api/types.ts';
import { EXIT } from '../exit-codes.ts';
import { plain } from '../table.ts';
import { type Asked, type Command, incidentPath, text } from './command.ts';

export const accept = verb('accept', 'takes an incident: its paging stops. As the person of the key’s maker.');

export const reject: Command = {
  ...verb('reject', 'says that you cannot: the next are paged. As the person of the key’s maker.', (asked) => ({
    reason: text(asked, 'reason') ?? '',
  })),
  options: { reason: { type: 'string', takes: '<words>', help: 'why.' } },
};

export const resolve = verb('resolve', 'closes an incident.');

export const escalate = verb('escalate', 'pages the next layer now.');

const TARGETS = ['person', 'team', 'schedule'] as const;

/** Pages somebody besides: the incident stays whose it is. */
export const page: Command = {
  ...verb(
    'page',
    'pages somebody besides for an incident, which stays whose it is.',
    (asked) => {
      const targets = TARGETS.flatMap((kind) => {
        const id = text(asked, kind);
        return id === undefined ? [] : [{ kind, id }];
      });
      const [target, second] = targets;
      if (target && !second) return { target };
      throw new InvalidInput('say whom: one of --person, --team, --schedule', { code: 'target-missing' });
    },
    'summon',
  ),
  options: {
    person: { type: 'string', takes: '<id>', help: 'this person.' },
    team: { type: 'string', takes: '<id>', help: 'everybody of this team.' },
    schedule: { type: 'string', takes: '<id>', help: 'whoever is on call in this schedule.' },
  },
};

function verb(name: string, help: string, bodyOf: (asked: Asked) => object = () => ({}), operation = name): Command {
  return {
    name,
    needs: ['<incident>'],
    help,
    options: {},
    async run(asked) {
      const { gateway, positionals, json, say } = asked;
      const named = positionals[0] ?? '';
      const result = await gateway.post<CommandResult>(`${incidentPath(named)}/${operation}`, bodyOf(asked));
      const { words, code } = cameTo(result);
      say(json ? JSON.stringify(result) : words);
      return code;
    },
  };
}

/** The workflow decides, and its word is said as it is: that somebody else was quicker is no success. */
function cameTo({ outcome, owner }: CommandResult): { words: string; code: number } {
  const who = owner ? plain(owner.name) : 'somebody';
  switch (outcome) {
    case 'yours':
      return { words: 'you have it', code: EXIT.done };
    case 'rejected':
      return { words: 'rejected: the next are paged', code: EXIT.done };
    case 'resolved':
      return { words: 'resolved', code: EXIT.done };
    case 'escalated':
      return { words: 'escalated: the next layer is paged', code: EXIT.done };
    case 'done':
      return { words: 'done', code: EXIT.done };
    case 'stored':
      return { words: 'stored: it is kept, and decided in a moment', code: EXIT.done };
    case 'taken':
      return { words: `${who} has it`, code: EXIT.refused };
    case 'over':
      return { words: 'it is over: the incident is closed', code: EXIT.refused };
    default:
      return outcome satisfies never;
  }
}
