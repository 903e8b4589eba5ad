import { Context } from '@temporalio/activity';
import type { Channel } from '@tocsin/domain';
import type { Client } from '@tocsin/platform';
import type { Incidents } from '@tocsin/proto/incident/v1';
import type { Notifier } from '@tocsin/proto/notifier/v1';
import { ACTIVITY_TIMES, type PageActivities } from '../../contracts/index.ts';
import { deliverOne } from './deliver-one.ts';
import { createPassage } from './passage.ts';
import { createAskWords } from './words.ts';

export interface PageDeps {
  incidents: Client<typeof Incidents>;
  notifier(channel: Channel): Client<typeof Notifier>;
}

const { budget, beat, wordsPatience } = ACTIVITY_TIMES.page;
/** Attempts at once, of all incidents of this channel and process; fewer where the path is too slow for so many. */
const WIDTH = { first: 50, most: 200, least: 2, settleMs: 250 };

/**
 * One channel's deliveries: up to 50 notifications, each on its own, side by side. Ends within its budget, with a result for each.
 */
export function createPageActivities({ incidents, notifier }: PageDeps): PageActivities {
  const passage = createPassage(WIDTH);
  return {
    deliver: async ({ effect, organisationId }) => {
      const context = Context.current();
      const until = Date.now() + budget;
      const beating = setInterval(() => context.heartbeat(), beat);
      try {
        const results = await Promise.all(
          effect.items.map((key) =>
            deliverOne({
              key,
              organisationId,
              note: effect.note,
              usefulUntil: effect.usefulUntil,
              until,
              signal: context.cancellationSignal,
              askWords: createAskWords(incidents, wordsPatience),
              notifier: notifier(effect.channel),
              passage,
            }),
          ),
        );
        return { kind: 'delivered', effectId: effect.id, results };
      } finally {
        clearInterval(beating);
      }
    },
  };
}
