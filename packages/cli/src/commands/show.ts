import type { IncidentDetail } from '../api/types.ts';
import { EXIT } from '../exit-codes.ts';
import { age, plain, table } from '../table.ts';
import { type Command, incidentPath } from './command.ts';

export const show: Command = {
  name: 'show',
  needs: ['<incident>'],
  help: 'one incident: who has it, and who was told how, when, and what came of it.',
  options: {},
  async run({ gateway, positionals: [named = ''], json, say, clock }) {
    const incident = await gateway.get<IncidentDetail>(incidentPath(named));
    if (json) say(JSON.stringify(incident));
    else for (const line of linesOf(incident, clock())) say(line);
    return EXIT.done;
  },
};

function linesOf(incident: IncidentDetail, now: number): string[] {
  const { number, severity, status, title, team, owner, drill, openedAt, closedAt, ladder, notes, names } = incident;
  const nameOf = (id: string) => plain(names[id] ?? id);
  const lasted = age((closedAt === null ? now : Date.parse(closedAt)) - Date.parse(openedAt));
  const head = [
    `${number}  ${plain(title)}`,
    [severity, status, drill && 'drill', team && plain(team.name), `${closedAt === null ? 'for' : 'lasted'} ${lasted}`]
      .filter(Boolean)
      .join(', '),
    owner ? `${plain(owner.name)} has it` : 'nobody has it',
  ];
  const told = ladder.escalations.flatMap(({ purpose, steps }) =>
    steps.flatMap(({ round, layer, catchAll, people }) =>
      people.flatMap(({ personId, state, notifications }) => {
        const where = `${purpose} ${round}/${catchAll ? 'catch-all' : layer}`;
        const ways = notifications.map((one) => [
          where,
          nameOf(personId),
          one.channel,
          one.state,
          `${one.at.slice(11, 19)}Z`,
          one.reason.replaceAll('-', ' '),
        ]);
        return [[where, nameOf(personId), '', state, '', ''], ...ways];
      }),
    ),
  );
  return [
    ...head,
    ...(told.length > 0 ? ['', table(told)] : []),
    ...(notes.length > 0 ? [''] : []),
    ...notes.map(({ by, at, text }) => `${at.slice(11, 19)}Z ${by ? plain(by.name) : 'somebody'}: ${plain(text)}`),
  ];
}
