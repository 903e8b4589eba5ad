import type { OnCall } from '../api/types.ts';
import { EXIT } from '../exit-codes.ts';
import { plain, table } from '../table.ts';
import { type Command, text } from './command.ts';

export const oncall: Command = {
  name: 'oncall',
  needs: [],
  help: 'who is on call, now or at an instant.',
  options: { at: { type: 'string', takes: '<instant>', help: 'such as 2026-03-01T03:00:00+01:00.' } },
  async run(asked) {
    const { gateway, json, say, note } = asked;
    const onCall = await gateway.get<OnCall>('/on-call', { at: text(asked, 'at') });
    if (json) say(JSON.stringify(onCall));
    else if (onCall.items.length === 0) note('there are no schedules');
    else say(table(onCall.items.flatMap(rowsOf)));
    return EXIT.done;
  },
};

/** A gap is said as loud as a name. */
function rowsOf({ schedule, people, nextAt }: OnCall['items'][number]): string[][] {
  if (people.length === 0) return [[plain(schedule.name), 'NOBODY', nextAt === null ? '' : `until ${nextAt}`, '']];
  return people.map(({ name, until, because }) => [
    plain(schedule.name),
    plain(name),
    until === null ? '' : `until ${until}`,
    because,
  ]);
}
