import type { Handset } from '../handset.ts';
import type { Network } from '../network.ts';
import { isE164 } from '../numbers.ts';

const maxMessages = 40;
const maxCalls = 10;
/** Of each app. */
const maxAppMessages = 20;

/** A phone as the wall shows it: what its owner would see, newest last. */
export function phoneView(network: Network, handset: Handset): object {
  const { id, name, habits, changedAt, apps } = handset;
  return {
    id,
    number: isE164(id) ? id : null,
    name: name ?? null,
    state: habits.off ? 'off' : habits.busy ? 'busy' : 'on',
    changedAt,
    apps: [...apps.values()].flatMap((app) =>
      app
        .shown()
        .slice(-maxAppMessages)
        .map((message) => ({ app: app.id, appName: app.name, ...message })),
    ),
    messages: network.messages
      .of(id)
      .slice(-maxMessages * 2)
      .filter((message) => message.at !== undefined)
      .slice(-maxMessages)
      .map(({ sid, direction, from, to, body, at }) => ({ sid, mine: direction === 'inbound', from, to, body, at })),
    calls: network.calls
      .of(id)
      .slice(-maxCalls * 2)
      .filter((call) => call.ringingAt !== undefined || call.answeredAt !== undefined)
      .slice(-maxCalls)
      .map(({ sid, from, status, ringingAt, answeredAt, endedAt, spoken, digits, listening }) => ({
        sid,
        from,
        status,
        at: ringingAt ?? answeredAt,
        answeredAt: answeredAt ?? null,
        endedAt: endedAt ?? null,
        spoken: spoken.slice(-20),
        digits,
        listening,
      })),
  };
}
