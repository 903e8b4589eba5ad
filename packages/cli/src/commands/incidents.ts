import type { Incident, Page } from '../api/types.ts';
import { EXIT } from '../exit-codes.ts';
import { age, plain, table } from '../table.ts';
import { type Command, text } from './command.ts';

export const incidents: Command = {
  name: 'incidents',
  needs: [],
  help: 'lists open incidents, newest first.',
  options: {
    all: { type: 'boolean', help: 'closed ones too.' },
    severity: {
      type: 'string',
      takes: '<severity,…>',
      help: 'of these alone, such as critical,high.',
      words: ['critical', 'high', 'medium', 'low', 'info'],
    },
    team: { type: 'string', takes: '<id>', help: 'of this team alone.' },
    words: { type: 'string', takes: '<words>', help: 'with these words in the title.' },
    limit: { type: 'string', takes: '<n>', help: 'the most that are listed, up to 200; 50 where absent.' },
  },
  async run(asked) {
    const { gateway, values, json, say, note, clock } = asked;
    const status = values.all ? undefined : 'open,acknowledged';
    const [severity, team, words, limit] = ['severity', 'team', 'words', 'limit'].map((name) => text(asked, name));
    const page = await gateway.get<Page<Incident>>('/incidents', { status, severity, team, words, limit });
    if (json) say(JSON.stringify(page));
    else if (page.items.length > 0) say(table(page.items.map((one) => rowOf(one, clock()))));
    else note(values.all ? 'no incidents' : 'nothing is open');
    if (!json && page.nextCursor !== null) note('there are more: --limit lists more of them');
    return EXIT.done;
  },
};

function rowOf({ number, severity, status, owner, openedAt, title, drill }: Incident, now: number): string[] {
  const since = age(now - Date.parse(openedAt));
  const who = owner ? plain(owner.name) : 'nobody';
  return [number, severity, status, who, since, `${drill ? '[drill] ' : ''}${plain(title)}`];
}
