import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { AnswerOutcome, Drills } from '@tocsin/proto/incident/v1';
import { expectExercised } from '../api.ts';
import { type Fakes, OPENED, serveFakes } from '../fake-services.ts';
import { type Harness, openHarness, type SignedIn } from '../harness.ts';

let harness: Harness;
let fakes: Fakes;
let ada: SignedIn;
let unlinked: SignedIn;
beforeAll(async () => {
  harness = await openHarness();
  fakes = await serveFakes(harness);
  ada = await harness.user('responder', { personId: 'ada' });
  unlinked = await harness.user('responder');
});
afterAll(async () => {
  await fakes?.stop();
  await harness?.close();
});

const INC = { number: 'INC-7' };
const iso = (ms: number) => new Date(OPENED + ms).toISOString();

describe('lists', () => {
  test('incidents have names, instants and the cursor of the next page', async () => {
    const { body } = await harness.api.call('incidents.list', { as: ada });
    expect(body).toEqual({
      items: [
        {
          id: fakes.incident.id,
          number: 'INC-7',
          title: 'db-17 unreachable',
          severity: 'critical',
          sourceSeverity: 'critical',
          severitySetBy: null,
          status: 'acknowledged',
          team: { id: 'secops', name: 'Security operations' },
          owner: { id: 'ada', name: 'Ada Lovelace' },
          drill: false,
          openedAt: iso(0),
          acknowledgedAt: iso(9_000),
          closedAt: null,
          members: 1,
          firing: 1,
          alerts: 2,
        },
      ],
      nextCursor: 'more',
    });
  });

  test('every filter is handed on, for one’s own organisation', async () => {
    const query = {
      status: 'open,acknowledged',
      severity: 'critical,high',
      team: 'secops',
      owner: 'ada',
      drills: 'without',
      openedFrom: '2026-01-01T00:00:00Z',
      openedUntil: '2026-02-01T01:00:00+01:00',
      words: 'db 17',
      cursor: 'c',
      limit: 20,
    };
    await harness.api.call('incidents.list', { as: ada, query });
    expect(fakes.asked.lists.at(-1)).toMatchObject({
      organisationId: 'acme',
      statuses: ['open', 'acknowledged'],
      severities: ['critical', 'high'],
      teamId: 'secops',
      ownerPersonId: 'ada',
      drills: Drills.WITHOUT,
      openedFrom: { seconds: BigInt(Date.UTC(2026, 0, 1) / 1_000) },
      openedUntil: { seconds: BigInt(Date.UTC(2026, 1, 1) / 1_000) },
      words: 'db 17',
      cursor: 'c',
      limit: 20,
    });
  });

  test.each([
    ['status', 'open,lost'],
    ['severity', 'worst'],
    ['limit', '201'],
    ['openedFrom', 'yesterday'],
    ['organisation', 'rival'],
  ])('%s=%s is refused by name', async (field, value) => {
    const { status, body } = await harness.api.ask('incidents.list', { as: ada, query: { [field]: value } });
    expect(status).toBe(400);
    expect((body as { field: string }).field).toMatch(new RegExp(`^${field}`));
  });

  test('the summary counts by severity', async () => {
    const { body } = await harness.api.call('incidents.summarise', { as: ada });
    expect((body as { counts: object[] }).counts[0]).toEqual({ severity: 'critical', open: 1, acknowledged: 2 });
  });

  test('the log comes newest first, page by page, and ends', async () => {
    const pages: number[][] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const query: Record<string, string | number> = { limit: 2, ...(cursor === '' ? {} : { cursor }) };
      const { body } = await harness.api.call('incidents.listLog', { as: ada, params: INC, query });
      const page = body as { items: { position: number }[]; nextCursor: string | null };
      pages.push(page.items.map((one) => one.position));
      cursor = page.nextCursor;
    }
    expect(pages).toEqual([[5, 4], [3, 2], [1]]);
  });

  test('its alerts have their words, and why they did or did not notify', async () => {
    const { body } = await harness.api.call('incidents.listAlerts', { as: ada, params: INC });
    expect(body).toMatchObject({
      items: [{ title: 'db-17 unreachable', notify: true, reason: 'new-incident', at: iso(50) }],
      nextCursor: null,
    });
  });
});

describe('one incident', () => {
  test('is on one screen: ladder, names, notes, by number and by id', async () => {
    const { body } = await harness.api.call('incidents.show', { as: ada, params: INC });
    expect(body).toMatchObject({
      number: 'INC-7',
      logHead: 5,
      previous: null,
      names: { ada: 'Ada Lovelace' },
      notes: [{ id: 'n1', text: 'looking', by: { id: 'ada', name: 'Ada Lovelace' }, at: iso(10_000) }],
      ladder: {
        head: { saying: 'has-it', ownerId: 'ada', since: iso(9_000), openedAt: iso(0) },
        escalations: [
          {
            id: 'response',
            startedAt: iso(100),
            steps: [
              {
                layer: 1,
                beganAt: iso(200),
                until: iso(60_000),
                ended: 'accepted',
                people: [
                  {
                    personId: 'ada',
                    state: 'accepted',
                    notifications: [{ channel: 'sms', state: 'answered', plannedAt: iso(300) }],
                  },
                ],
              },
            ],
          },
        ],
      },
    });
    const byId = await harness.api.call('incidents.show', { as: ada, params: { number: fakes.incident.id } });
    expect(byId.body).toEqual(body);
  });

  test('that there is not is a problem that says so', async () => {
    expect(await harness.api.ask('incidents.show', { as: ada, params: { number: 'INC-8' } })).toMatchObject({
      status: 404,
      body: { code: 'incident-unknown' },
    });
  });
});

describe('a command', () => {
  const until = '2026-01-05T05:00:00Z';
  const target = { kind: 'person', id: 'ben' };
  test.each([
    ['accept', {}, {}],
    ['reject', { reason: 'on a train' }, { reason: 'on a train' }],
    ['resolve', {}, {}],
    ['escalate', {}, {}],
    ['reassign', { target }, { target: { id: 'ben' } }],
    ['summon', { target: { kind: 'team', id: 'secops' } }, { target: { id: 'secops' } }],
    ['snooze', { until }, { until: { seconds: BigInt(Date.parse(until) / 1_000) } }],
    ['severity', { severity: 'low' }, { severity: 'low' }],
    ['note', { text: ' it is the disk ' }, { text: 'it is the disk' }],
  ])('%s is given as the person whom the user is linked to, and is in the audit', async (name, body, value) => {
    const { body: said } = await harness.api.call(`incidents.${name}`, { as: ada, params: INC, body });
    expect(said).toEqual({ outcome: 'yours', owner: { id: 'ada', name: 'Ada Lovelace' } });
    const asked = fakes.asked.commands.at(-1)!;
    expect(asked).toMatchObject({ organisationId: 'acme', incident: 'INC-7', byPersonId: 'ada' });
    expect(asked.command).toMatchObject({ case: name, value });
    const { body: audit } = await harness.api.call('audit.list', { as: await harness.owner(), query: { limit: 2 } });
    expect((audit as { items: object[] }).items).toMatchObject([
      { action: `incidents.${name}`, outcome: 'done', target: { kind: 'incident', id: 'INC-7' } },
      { action: `incidents.${name}`, outcome: 'asked' },
    ]);
  });

  test('with the same key is the same command, and is given once', async () => {
    const before = fakes.asked.commands.length;
    const asked = { as: ada, params: INC, body: {}, headers: { 'idempotency-key': 'press-1' } };
    const first = await harness.api.call('incidents.accept', asked);
    const again = await harness.api.call('incidents.accept', asked);
    expect(again.body).toEqual(first.body);
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    expect(fakes.asked.commands.length).toBe(before + 1);
    expect(fakes.asked.commands.at(-1)!.commandId).not.toContain('press-1');
  });

  test.each(['accept', 'reject'])('%s is refused to who is linked to nobody, and nothing is asked', async (name) => {
    const before = fakes.asked.commands.length;
    const answer = await harness.api.ask(`incidents.${name}`, { as: unlinked, params: INC, body: {} });
    expect(answer).toMatchObject({ status: 409, body: { code: 'no-person-linked' } });
    expect(fakes.asked.commands.length).toBe(before);
  });

  test('of who is linked to nobody names the user, and of a key the key', async () => {
    await harness.api.call('incidents.note', { as: unlinked, params: INC, body: { text: 'seen' } });
    expect(fakes.asked.commands.at(-1)!.byPersonId).toBe(`user:${unlinked.id}`);
    const key = await harness.key('responder');
    await harness.api.call('incidents.escalate', { as: key, params: INC, body: {} });
    expect(fakes.asked.commands.at(-1)!.byPersonId).toBe(`key:${key.id}`);
  });

  test('that came too late says who has it', async () => {
    fakes.outcome = AnswerOutcome.TAKEN;
    const { body } = await harness.api.call('incidents.accept', { as: ada, params: INC, body: {} });
    expect(body).toEqual({ outcome: 'taken', owner: { id: 'ada', name: 'Ada Lovelace' } });
  });
});

test('names are read again only where something changed', async () => {
  await harness.api.call('incidents.list', { as: ada });
  const reads = fakes.asked.directoryReads;
  await harness.api.call('incidents.list', { as: ada });
  expect(fakes.asked.directoryReads).toBe(reads);
  harness.clock.advance(6_000);
  await harness.api.call('incidents.list', { as: ada });
  expect(fakes.asked.directoryReads).toBe(reads + 1);
  harness.clock.advance(6_000);
  fakes.revision += 1n;
  await harness.api.call('incidents.list', { as: ada });
  expect(fakes.asked.directoryReads).toBe(reads + 3);
});

expectExercised('incidents');
