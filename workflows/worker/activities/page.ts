import { Context } from '@temporalio/activity';
import type { Channel } from '@tocsin/domain';
import type { Client } from '@tocsin/platform';
import type { Incidents } from '@tocsin/proto/incident/v1';
import type { Notifier } from '@tocsin/proto/notifier/v1';
import { ACTIVITY_TIMES, type PageActivities } from '../../contracts/index.ts';
import { deliverOne } from './deliver-one.ts';
import { createAskWords } from './words.ts';

export interface PageDeps {
  incidents: Client<typeof Incidents>;
  notifier(channel: Channel): Client<typeof Notifier>;
}

const { budget, beat, wordsPatience } = ACTIVITY_TIMES.page;

/** Up to 50 notifications of one channel, each on its own, side by side. Ends within its budget, with a result for each. */
export function createPageActivities({ incidents, notifier }: PageDeps): PageActivities {
  return {
    deliver: async ({ effect }) => {
      const context = Context.current();
      const until = Date.now() + budget;
      const beating = setInterval(() => context.heartbeat(), beat);
      try {
        const results = await Promise.all(
          effect.items.map((key) =>
            deliverOne({
              key,
              note: effect.note,
              usefulUntil: effect.usefulUntil,
              until,
              signal: context.cancellationSignal,
              askWords: createAskWords(incidents, wordsPatience),
              notifier: notifier(effect.channel),
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
