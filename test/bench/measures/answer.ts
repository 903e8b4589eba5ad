import { until } from '@tocsin/platform';
import { type Benchmark, type Finding, mustBe } from '../benchmark.ts';
import { alert } from '../load/alert.ts';
import { pagesIn } from '../pages.ts';
import { people } from '../people.ts';
import { ms } from '../report/wording.ts';
import { type MeasuredSystem, withSystem } from '../system.ts';

const PEOPLE = 100;
const PROMISED_MS = 250;

interface Round {
  /** Requests that the carrier took before and after the accept was stored. */
  before: number;
  after: number;
  /** From the accept in the store to the last request; negative where all went before. */
  lastMs: number;
}

/** A hundred people are being paged on two channels when the first of them accepts. */
export const answer: Benchmark = {
  name: 'answer',
  run: (context) =>
    withSystem(context, { ...people(PEOPLE), tryFor: '1h', catchAllEvery: '1h' }, async (system): Promise<Finding> => {
      const rounds: Round[] = [];
      for (let round = 0; round < (context.quick ? 2 : 10); round += 1) rounds.push(await play(system, round));
      const last = Math.max(...rounds.map((one) => one.lastMs));
      const sum = (of: 'before' | 'after') => rounds.reduce((all, one) => all + one[of], 0);
      context.say(`${sum('before')} pages before the accepts, ${sum('after')} after`);
      return {
        rows: [
          {
            measure: `accept stored → last page request, the latest of ${rounds.length} rounds with ${PEOPLE} people on two channels`,
            result: ms(last),
            expected: { what: `≤ ${PROMISED_MS} ms`, met: last <= PROMISED_MS },
          },
          {
            measure: 'pages out of those planned that the accepts kept from going out',
            result: `${rounds.length * PEOPLE * 2 - sum('before') - sum('after')} of ${rounds.length * PEOPLE * 2}`,
          },
        ],
        samples: rounds,
      };
    }),
};

async function play(system: MeasuredSystem, round: number): Promise<Round> {
  const { carrier, incidents } = system;
  const seen = carrier.record().length;
  mustBe('answer to a post', (await system.post(alert(`answer-${round}`))).status, 202);
  const pages = () => pagesIn(carrier.record().slice(seen));
  const page = await until(() => pages().find((one) => one.kind === 'message'), {
    timeoutMs: 30_000,
    everyMs: 2,
    what: 'the first page',
  });
  const phone = carrier.phone(page.to ?? '');
  await until(() => phone.messages.some((one) => one.sid === page.sid), { everyMs: 2, what: 'the page on the phone' });
  await phone.reply(`${/\b([A-Z0-9]{4})1\b/.exec(page.body ?? '')?.[1]}1`);
  const [newest] = (await incidents.list({ organisationId: 'acme', limit: 1 })).incidents;
  const storedAt = await acceptStoredAt(system, newest?.id ?? '');
  await system.quiet();
  const sent = pages();
  const after = sent.filter((one) => one.receivedAt > storedAt).length;
  return { before: sent.length - after, after, lastMs: (sent.at(-1)?.receivedAt ?? Number.NaN) - storedAt };
}

async function acceptStoredAt({ db }: MeasuredSystem, incidentId: string): Promise<number> {
  const answers = db.collection<{ storedAt: Date }>('answers');
  const decided = await until(
    () => answers.findOne({ incidentId, said: 'accept', 'decision.outcome': 'yours' }).then((one) => one ?? false),
    {
      timeoutMs: 30_000,
      what: 'the accept to be decided',
    },
  );
  return decided.storedAt.getTime();
}
