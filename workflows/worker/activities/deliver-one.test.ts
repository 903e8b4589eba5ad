import { expect, test } from '@jest/globals';
import type { NotificationKey } from '@tocsin/domain';
import type { Client } from '@tocsin/platform';
import { InvalidInput, Unavailable } from '@tocsin/platform';
import { type Incidents, WordsResponse_State as State } from '@tocsin/proto/incident/v1';
import { type Notifier, Outcome } from '@tocsin/proto/notifier/v1';
import { deliverOne } from './deliver-one.ts';
import { createPassage } from './passage.ts';
import { createAskWords } from './words.ts';

const KEY: NotificationKey = {
  id: 'i/response/1/1/ada/phone/1/page',
  incidentId: 'i',
  escalationId: 'response',
  round: 1,
  layer: 1,
  personId: 'ada',
  contactMethodId: 'phone',
  repeat: 1,
  kind: 'page',
};
const GO = { state: State.GO, words: { title: 'db-17 unreachable' } };
const away = new Unavailable('nobody serves it', { code: 'no-responder' });

type Answer = object | Error;
interface Asked {
  words: number;
  requests: {
    words: { title?: string; note?: string; ownerPersonId?: string };
    goUntil: { seconds: bigint; nanos: number };
  }[];
  at: number[];
}

/** Answers in turn, the last one for ever. */
function inTurn(answers: Answer[]): () => Promise<never> {
  let next = 0;
  return async () => {
    const answer = answers[Math.min(next++, answers.length - 1)];
    if (answer instanceof Error) throw answer;
    return answer as never;
  };
}

interface Given {
  words?: Answer[];
  says: Answer[];
  key?: Partial<NotificationKey>;
  note?: string;
  forMs?: number;
  usefulForMs?: number;
  patienceMs?: number;
  signal?: AbortSignal;
}

async function deliver({ words = [GO], says, key, note = '', signal, ...given }: Given) {
  const { forMs = 3_000, usefulForMs = 60_000, patienceMs = 5_000 } = given;
  const asked: Asked = { words: 0, requests: [], at: [] };
  const [sayWords, sayOutcome] = [inTurn(words), inTurn(says)];
  const incidents = {
    words: () => {
      asked.words += 1;
      return sayWords();
    },
  } as unknown as Client<typeof Incidents>;
  const notifier = {
    deliver: (request: Asked['requests'][number]) => {
      asked.requests.push(request);
      asked.at.push(Date.now());
      return sayOutcome();
    },
  } as unknown as Client<typeof Notifier>;
  const result = await deliverOne({
    key: { ...KEY, ...key },
    organisationId: 'acme',
    note,
    usefulUntil: Date.now() + usefulForMs,
    until: Date.now() + forMs,
    signal: signal ?? new AbortController().signal,
    askWords: createAskWords(incidents, patienceMs),
    notifier,
    passage: createPassage({ first: 50, most: 50, least: 1, settleMs: 250 }),
  });
  return { result, asked };
}

const said = (outcome: Outcome, more: object = {}) => ({
  outcome,
  provider: '',
  possibleRepeat: false,
  reason: '',
  ...more,
});
const SENT = said(Outcome.SENT, { provider: 'twilio' });
const FAILED = said(Outcome.FAILED, { provider: 'twilio', reason: 'rate-limited' });
const STALE = said(Outcome.STALE, { reason: 'words-too-old' });

test.each<{ sentence: string; given: Given; outcome: string; reachedProvider: boolean; requests: number }>([
  {
    sentence: 'what a provider took is sent',
    given: { says: [SENT] },
    outcome: 'sent',
    reachedProvider: true,
    requests: 1,
  },
  {
    sentence: 'a wrong number is refused',
    given: { says: [said(Outcome.REFUSED, { provider: 'twilio' })] },
    outcome: 'refused',
    reachedProvider: true,
    requests: 1,
  },
  {
    sentence: 'what every provider lost is undelivered',
    given: { says: [said(Outcome.UNDELIVERED, { provider: 'twilio' })] },
    outcome: 'undelivered',
    reachedProvider: true,
    requests: 1,
  },
  {
    sentence: 'a contact method that is gone is refused, and no provider was asked',
    given: { says: [said(Outcome.REFUSED, { reason: 'no-address' })] },
    outcome: 'refused',
    reachedProvider: false,
    requests: 1,
  },
  {
    sentence: 'a withdrawn page is not tried again',
    given: { says: [said(Outcome.WITHDRAWN)] },
    outcome: 'withdrawn',
    reachedProvider: false,
    requests: 1,
  },
  {
    sentence: 'an expired page is not tried again',
    given: { says: [said(Outcome.EXPIRED)] },
    outcome: 'expired',
    reachedProvider: false,
    requests: 1,
  },
  {
    sentence: 'an answered page is not handed over',
    given: { words: [{ state: State.OVER }], says: [SENT] },
    outcome: 'over',
    reachedProvider: false,
    requests: 0,
  },
  {
    sentence: 'words that are held are asked for until the answer is decided',
    given: { words: [{ state: State.HELD }, { state: State.HELD }, GO], says: [SENT] },
    outcome: 'sent',
    reachedProvider: true,
    requests: 1,
  },
  {
    sentence: 'stale words are fetched again',
    given: { says: [STALE, SENT] },
    outcome: 'sent',
    reachedProvider: true,
    requests: 2,
  },
  {
    sentence: 'what is in progress is asked again',
    given: { says: [said(Outcome.IN_PROGRESS), SENT] },
    outcome: 'sent',
    reachedProvider: true,
    requests: 2,
  },
  {
    sentence: 'a notifier that is away is asked again',
    given: { says: [away, away, SENT] },
    outcome: 'sent',
    reachedProvider: true,
    requests: 3,
  },
  {
    sentence: 'providers that all fail are asked again',
    given: { says: [FAILED, SENT] },
    outcome: 'sent',
    reachedProvider: true,
    requests: 2,
  },
])('$sentence', async ({ given, outcome, reachedProvider, requests }) => {
  const { result, asked } = await deliver(given);
  expect(result).toMatchObject({ key: KEY.id, outcome, reachedProvider });
  expect(asked.requests).toHaveLength(requests);
});

test.each<{ sentence: string; says: Answer; reachedProvider: boolean; reason: string }>([
  { sentence: 'failed at every provider', says: FAILED, reachedProvider: true, reason: 'rate-limited' },
  {
    sentence: 'with a provider that may have it',
    says: said(Outcome.IN_PROGRESS, { provider: 'twilio', reason: 'outcome-unknown' }),
    reachedProvider: true,
    reason: 'outcome-unknown',
  },
  {
    sentence: 'held up by a silent roster',
    says: said(Outcome.FAILED, { reason: 'roster-silent' }),
    reachedProvider: false,
    reason: 'roster-silent',
  },
  { sentence: 'without a notifier', says: away, reachedProvider: false, reason: 'no-responder' },
  {
    sentence: 'refused by a notifier that is mistaken',
    says: new InvalidInput('no', { code: 'key-missing' }),
    reachedProvider: false,
    reason: 'key-missing',
  },
  {
    sentence: 'with a bug in between',
    says: new Error('secret text'),
    reachedProvider: false,
    reason: 'notifier-failed',
  },
])(
  'out of time $sentence, it is pending and says whether a provider was asked',
  async ({ says, reachedProvider, reason }) => {
    const startedAt = Date.now();
    const { result } = await deliver({ says: [says], forMs: 900 });
    expect(result).toEqual({ key: KEY.id, outcome: 'pending', reachedProvider, reason });
    expect(Date.now() - startedAt).toBeLessThan(900);
  },
);

test('after its use it is expired, whatever was in the way', async () => {
  const { result } = await deliver({ says: [away], usefulForMs: 200 });
  expect(result).toMatchObject({ outcome: 'expired', reachedProvider: false });
});

test('no provider request may start later than 250 ms after the words were asked for', async () => {
  const before = Date.now();
  const { asked } = await deliver({ says: [SENT] });
  const { seconds, nanos } = asked.requests[0]!.goUntil;
  const goUntil = Number(seconds) * 1_000 + nanos / 1_000_000;
  expect(goUntil - before).toBeGreaterThanOrEqual(250);
  expect(goUntil - before).toBeLessThan(300);
});

test('with incidents silent for its patience, generic words go', async () => {
  const { result, asked } = await deliver({ words: [away], says: [SENT], patienceMs: 300 });
  expect(result.outcome).toBe('sent');
  expect(asked.requests[0]!.words.title).toBeUndefined();
  expect(asked.words).toBeGreaterThan(2);
});

test('a silence that was broken begins anew: a held answer outweighs it', async () => {
  const silences = Array.from({ length: 4 }, () => away);
  const words = Array.from({ length: 20 }, () => [...silences, { state: State.HELD }]).flat();
  const { result, asked } = await deliver({ words, says: [SENT], patienceMs: 1_500, forMs: 2_600 });
  expect(result).toMatchObject({ outcome: 'pending' });
  expect(asked.requests).toEqual([]);
});

test('two clocks that differ do not make it ask without a pause', async () => {
  const { result, asked } = await deliver({ says: [STALE], forMs: 1_600 });
  expect(result).toMatchObject({ outcome: 'pending', reason: 'words-too-old' });
  expect(asked.requests.length).toBeLessThan(10);
});

test('cancelled, it ends at once with what it has', async () => {
  const cancelling = new AbortController();
  setTimeout(() => cancelling.abort(), 100);
  const startedAt = Date.now();
  const { result } = await deliver({ words: [{ state: State.HELD }], says: [SENT], signal: cancelling.signal });
  expect(result).toMatchObject({ outcome: 'pending', reason: 'answer-undecided' });
  expect(Date.now() - startedAt).toBeLessThan(1_000);
});

test.each([
  { kind: 'taken' as const, note: 'ben', words: { title: 'db-17 unreachable', ownerPersonId: 'ben' } },
  { kind: 'update' as const, note: '2 new members', words: { title: 'db-17 unreachable', note: '2 new members' } },
])('$kind carries what the plan says', async ({ kind, note, words }) => {
  const { asked } = await deliver({ says: [SENT], key: { kind }, note });
  expect(asked.requests[0]!.words).toEqual(words);
});
