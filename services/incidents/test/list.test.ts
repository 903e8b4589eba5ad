import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { newId, timestamp } from '@tocsin/platform';
import { Drills } from '@tocsin/proto/incident/v1';
import { wordsOf } from '../src/core/title-words.ts';
import { type ListWishes, listIncidents, listQuery } from '../src/read/list-incidents.ts';
import type { IncidentDoc } from '../src/store/collections.ts';
import { fakeWorkflows } from './fake-workflows.ts';
import { type Harness, openHarness } from './harness.ts';

const BEGAN = Date.UTC(2026, 0, 1);
const MINUTE = 60_000;
const STATUSES = ['open', 'acknowledged', 'closed'] as const;
const SEVERITIES = ['critical', 'high', 'medium', 'low', 'info'] as const;
const MANY = 3_000;

let harness: Harness;
let docs: IncidentDoc[];
beforeAll(async () => {
  harness = await openHarness();
  docs = Array.from({ length: MANY }, (_, n) => incident(n));
  await harness.collections.incidents.insertMany(docs);
  await harness.replica(fakeWorkflows());
});
afterAll(() => harness.close());

/** Of each kind some; ten at a time were opened in one instant, as the alerts of one envelope are. */
function incident(n: number, over: Partial<IncidentDoc> = {}): IncidentDoc {
  const status = STATUSES[n % 3]!;
  const at = new Date(BEGAN + Math.floor(n / 10) * MINUTE);
  const title = `Disk ${n % 7 === 0 ? 'Übervoll' : 'full'} on db-${n}.prod`;
  return {
    _id: newId(),
    organisationId: 'acme',
    number: `INC-${n + 1}`,
    status,
    severity: SEVERITIES[n % 5]!,
    rank: n % 5,
    title,
    titleWords: wordsOf(title),
    firstAlertId: '',
    teamId: `team-${n % 4}`,
    policyId: '',
    drill: n % 11 === 0,
    openedAt: at,
    closedAt: status === 'closed' ? at : null,
    previousIncidentId: null,
    version: 1,
    toldVersion: 1,
    untold: false,
    nextTellAt: at,
    tries: 0,
    epoch: 0,
    checkedAt: new Date(Date.now() + 3_600_000),
    askedAt: new Date(Date.now() + 3_600_000),
    members: 1,
    firing: 1,
    alerts: 1,
    ownerId: status === 'open' ? null : `person-${n % 6}`,
    round: 1,
    layer: 1,
    logHead: 1,
    closeEntryId: null,
    ...over,
  };
}

const filters: [string, Partial<ListWishes>, (one: IncidentDoc) => boolean][] = [
  ['statuses', { statuses: ['open', 'acknowledged'] }, (one) => one.status !== 'closed'],
  ['severities', { severities: ['info', 'critical'] }, (one) => ['critical', 'info'].includes(one.severity)],
  ['team', { teamId: 'team-2' }, (one) => one.teamId === 'team-2'],
  ['owner', { ownerPersonId: 'person-4' }, (one) => one.ownerId === 'person-4'],
  ['drills', { drills: Drills.WITHOUT }, (one) => !one.drill],
  [
    'opened',
    { openedFrom: timestamp(BEGAN + 50 * MINUTE), openedUntil: timestamp(BEGAN + 250 * MINUTE) },
    ({ openedAt }) => openedAt.getTime() >= BEGAN + 50 * MINUTE && openedAt.getTime() < BEGAN + 250 * MINUTE,
  ],
];

const combinations = Array.from({ length: 2 ** filters.length }, (_, bits) =>
  filters.filter((_filter, at) => (bits >> at) % 2 === 1),
).map((some) => [some.map(([name]) => name).join(', ') || 'no filter', some] as const);

const newestFirst = (a: IncidentDoc, b: IncidentDoc) =>
  b.openedAt.getTime() - a.openedAt.getTime() || (b._id < a._id ? -1 : 1);

async function allPages(wishes: Partial<ListWishes>, limit: number, between?: () => Promise<void>): Promise<string[]> {
  const ids: string[] = [];
  let cursor = '';
  do {
    const page = await harness.incidents.list({ organisationId: 'acme', ...wishes, limit, cursor });
    expect(page.incidents.length).toBeLessThanOrEqual(limit);
    ids.push(...page.incidents.map((one) => one.id));
    cursor = page.nextCursor;
    await between?.();
  } while (cursor !== '');
  return ids;
}

describe.each(combinations)('filtered by %s', (_, some) => {
  const wishes = Object.assign({}, ...some.map(([, wish]) => wish)) as Partial<ListWishes>;

  test('the pages together are what fits, newest first, each once', async () => {
    const fitting = docs.filter((one) => some.every(([, , fits]) => fits(one))).sort(newestFirst);
    expect(await allPages(wishes, 170)).toEqual(fitting.map((one) => one._id));
  });

  test('a page reads little more of an index than it gives', async () => {
    const { filter, hint, limit, rest } = listQuery({ organisationId: 'acme', ...wishes, limit: 50 });
    const { executionStats, queryPlanner } = await harness.collections.incidents
      .find(filter, { hint })
      .sort({ openedAt: -1, _id: -1 })
      .limit(limit + 1)
      .explain('executionStats');
    // One range for each status, severity and kind of drill, which the store merges: each costs a key or two more.
    expect(executionStats.totalKeysExamined).toBeLessThanOrEqual(limit + 1 + 2 * 30);
    expect(executionStats.totalDocsExamined).toBeLessThanOrEqual(limit + 1);
    expect(JSON.stringify(queryPlanner.winningPlan)).not.toContain('"SORT"');
    // What the index leaves over is looked for in a bounded number of rows.
    expect(rest === null).toBe(!(wishes.teamId && wishes.ownerPersonId));
  });
});

test('while new incidents come and others change hands, pages skip nothing and give nothing twice', async () => {
  let n = MANY;
  const ids = await allPages({ statuses: ['closed'] }, 100, async () => {
    const late = Array.from({ length: 5 }, () =>
      incident(n++, { status: 'closed', organisationId: 'acme', teamId: 'later' }),
    );
    await harness.collections.incidents.insertMany(late);
  });
  await harness.collections.incidents.deleteMany({ teamId: 'later' });
  const there = docs.filter((one) => one.status === 'closed').sort(newestFirst);
  expect(ids).toEqual(there.map((one) => one._id));
});

describe('found by words', () => {
  const found = async (words: string, wishes: Partial<ListWishes> = {}) =>
    (await harness.incidents.list({ organisationId: 'acme', words, ...wishes })).incidents.map((one) => one.number);

  test.each([
    ['a number', 'INC-42', ['INC-42']],
    ['a number alone, with spaces', ' 42 ', ['INC-42']],
    ['words in any case, order and accent', 'PROD ubervoll 77', ['INC-78']],
    ['a name as it is written', 'db-78.prod', ['INC-79']],
    ['part of a word is none', 'overvol', []],
    ['a number that nobody has', 'INC-99999', []],
  ])('%s', async (_, words, numbers) => {
    expect(await found(words)).toEqual(numbers);
  });

  test('together with filters, a number too', async () => {
    expect(await found('42', { severities: [docs[41]!.severity] })).toEqual(['INC-42']);
    expect(await found('42', { teamId: 'team-9' })).toEqual([]);
    expect(await found('db-78.prod', { statuses: ['closed'] })).toEqual([]);
  });

  test('pages of a common word may be short, and together are everything', async () => {
    const fits = (one: IncidentDoc) =>
      one.severity === 'critical' && one.teamId === 'team-1' && one.title.includes('full');
    const all = await allPages({ words: 'full disk', severities: ['critical'], teamId: 'team-1' }, 40);
    expect(all).toEqual(
      docs
        .filter(fits)
        .sort(newestFirst)
        .map((one) => one._id),
    );
    const first = await listIncidents(harness.collections, {
      organisationId: 'acme',
      words: 'prod disk',
      teamId: 'nobody',
    });
    expect(first.incidents).toEqual([]);
    expect(first.nextCursor).not.toBe('');
  });
});

test.each([
  ['statuses', { statuses: ['open', 'ajar'] }, 'statuses[1]'],
  ['severities', { severities: ['urgent'] }, 'severities[0]'],
  ['a cursor of somebody’s own', { cursor: 'abc' }, 'cursor'],
  ['words without letters', { words: '***' }, 'words'],
  ['too many words', { words: 'a'.repeat(201) }, 'words'],
])('what is wrong is named: %s', async (_, wishes, field) => {
  const asked = harness.incidents.list({ organisationId: 'acme', ...wishes });
  await expect(asked).rejects.toMatchObject({ name: 'InvalidInput', field });
});

test('another organisation sees nothing of it', async () => {
  expect((await harness.incidents.list({ organisationId: 'rival' })).incidents).toEqual([]);
  expect((await harness.incidents.list({ organisationId: 'rival', words: 'INC-42' })).incidents).toEqual([]);
});

test('the summary counts what is open, by severity, drills apart', async () => {
  const { counts, drills } = await harness.incidents.summary({ organisationId: 'acme' });
  const count = (severity: string, status: string, drill: boolean) =>
    docs.filter((one) => one.severity === severity && one.status === status && one.drill === drill).length;
  for (const [drill, said] of [
    [false, counts],
    [true, drills],
  ] as const) {
    expect(said).toMatchObject(
      SEVERITIES.map((severity) => ({
        severity,
        open: count(severity, 'open', drill),
        acknowledged: count(severity, 'acknowledged', drill),
      })),
    );
  }
});
