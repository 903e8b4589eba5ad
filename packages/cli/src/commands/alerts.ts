import type { Alert, Page } from '../api/types.ts';
import { EXIT } from '../exit-codes.ts';
import { plain, table } from '../table.ts';
import { type Command, text } from './command.ts';

export const alerts: Command = {
  name: 'alerts',
  needs: [],
  help: 'what came last, and why each did or did not page.',
  options: {
    integration: { type: 'string', takes: '<id>', help: 'of this integration alone.' },
    limit: { type: 'string', takes: '<n>', help: 'the most that are listed, up to 200; 50 where absent.' },
  },
  async run(asked) {
    const { gateway, json, say, note } = asked;
    const [integration, limit] = ['integration', 'limit'].map((name) => text(asked, name));
    const page = await gateway.get<Page<Alert>>('/alerts', { integration, limit });
    if (json) say(JSON.stringify(page));
    else if (page.items.length > 0) say(table(page.items.map(rowOf)));
    else note('nothing came');
    return EXIT.done;
  },
};

function rowOf({ receivedAt, integrationId, severity, action, title, decision }: Alert): string[] {
  const decided = decision ? `${decision.notify ? 'paged' : 'did not page'}: ${decision.reason}` : 'not decided yet';
  return [receivedAt, integrationId, severity, action, decided, plain(title)];
}
