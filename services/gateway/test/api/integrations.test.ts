import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { Conflict, type Handlers, NotFound, serve, services, timestamp } from '@tocsin/platform';
import type { Integrations, TestIntegrationRequest } from '@tocsin/proto/alert/v1';
import { expectExercised } from '../api.ts';
import { type Fakes, serveFakes } from '../fake-services.ts';
import { type Harness, log, openHarness, type SignedIn } from '../harness.ts';

const POST_TO = 'https://in.example/v1/in';
const NOON = Date.UTC(2026, 0, 5, 12);

interface Row {
  id: string;
  organisationId: string;
  name: string;
  source: string;
  teamId: string;
  drill: boolean;
  disabled: boolean;
  revision: bigint;
  graceMs: bigint;
}

let harness: Harness;
let fakes: Fakes;
let admin: SignedIn;
let ingestion: { stop(): Promise<void> };
let tests: [TestIntegrationRequest, string | undefined][] = [];
const rows = new Map<string, Row>();
beforeAll(async () => {
  harness = await openHarness({ config: { intakeUrl: POST_TO } });
  fakes = await serveFakes(harness);
  admin = await harness.user('admin');
  ingestion = serve(harness.nc, services.integrations, handlers, { log });
  await harness.nc.flush();
});
afterAll(async () => {
  await ingestion?.stop();
  await fakes?.stop();
  await harness?.close();
});
beforeEach(() => {
  rows.clear();
  tests = [];
  add({ id: 'siem', name: 'SIEM', teamId: 'secops' });
  add({ id: 'old', name: 'Old', disabled: true });
  add({ id: 'siem', name: 'Not ours', organisationId: 'rival' });
});

function add(row: Partial<Row> & { id: string }): Row {
  const usual = { name: '', source: 'generic', teamId: '', drill: false, disabled: false, revision: 1n, graceMs: 0n };
  const made = { ...usual, organisationId: 'acme', ...row };
  rows.set(`${made.organisationId}/${made.id}`, made);
  return made;
}

/** Ingestion as the gateway sees it. */
const handlers: Handlers<typeof Integrations> = {
  listIntegrations: async ({ organisationId, integrationId, withDisabled }) => ({
    integrations: [...rows.values()]
      .filter((row) => row.organisationId === organisationId && (withDisabled || !row.disabled))
      .filter(({ id }) => ['', id].includes(integrationId))
      .map(viewOf),
    sources: ['generic'],
  }),
  createIntegration: async ({ organisationId, integration }) => {
    const { id = '', name = '', source = '', teamId = '', drill = false } = integration ?? {};
    if (rows.get(`${organisationId}/${id}`)?.disabled === false)
      throw new Conflict('an integration has this id', { code: 'integration-exists', field: 'integration.id' });
    const row = add({ id, organisationId, name, source, teamId, drill });
    return { key: 'key-1', integration: viewOf(row) };
  },
  updateIntegration: async ({ name, teamId, drill, ...named }) => ({
    integration: viewOf(change(named, { name, teamId, drill })),
  }),
  deleteIntegration: async (named) => {
    change(named, { disabled: true });
    return {};
  },
  rotateKey: async ({ graceMs, ...named }) => ({ key: 'key-2', integration: viewOf(change(named, { graceMs })) }),
  testIntegration: async (request, { key }) => {
    tests.push([request, key]);
    return { envelopeId: 'envelope' };
  },
};

interface Named {
  organisationId: string;
  integrationId: string;
  expectedRevision: bigint;
}

function change({ organisationId, integrationId, expectedRevision }: Named, fields: Partial<Row>): Row {
  const row = rows.get(`${organisationId}/${integrationId}`);
  if (!row || row.disabled) throw new NotFound('there is no such integration', { code: 'integration-unknown' });
  if (expectedRevision !== row.revision)
    throw new Conflict('somebody changed it since', { code: 'revision-changed', field: 'expected_revision' });
  return add({ ...row, ...fields, revision: row.revision + 1n });
}

function viewOf({ graceMs, ...row }: Row) {
  return {
    ...row,
    lastEventAt: timestamp(NOON),
    alertsLastDay: 3,
    ...(graceMs > 0n ? { oldKeyUntil: timestamp(NOON + Number(graceMs)) } : {}),
  };
}

const SIEM = { integrationId: 'siem' };
const siem = {
  id: 'siem',
  name: 'SIEM',
  source: 'generic',
  team: { id: 'secops', name: 'Security operations' },
  drill: false,
  disabled: false,
  lastEventAt: new Date(NOON).toISOString(),
  alertsLastDay: 3,
  oldKeyUntil: null,
  postTo: POST_TO,
};
const ask = (id: string, asked: object = {}) => harness.api.ask(id, { as: admin, params: SIEM, ...asked });
const seen = (etag = '"v1"') => ({ headers: { 'if-match': etag } });
const audited = async () => {
  const found = await harness.collections.audit.find({ 'target.kind': 'integration' }).sort({ position: -1 }).toArray();
  return found.map(({ action, outcome, fields }) => ({ action, outcome, fields }));
};

describe('looking', () => {
  test('the organisation’s own, with the team’s name and where to post; what was disabled where it is asked for', async () => {
    const { body } = await harness.api.call('integrations.list', { as: admin });
    expect(body).toEqual({ items: [siem], nextCursor: null, sources: ['generic'], teams: [siem.team] });
    const all = await harness.api.call('integrations.list', { as: admin, query: { disabled: 'with' } });
    expect((all.body as { items: { id: string }[] }).items.map(({ id }) => id)).toEqual(['siem', 'old']);
  });

  test('one has the ETag that its edits name', async () => {
    const shown = await ask('integrations.show');
    expect(shown).toMatchObject({ status: 200, body: siem });
    expect(shown.headers.get('etag')).toBe('"v1"');
    expect((await ask('integrations.show', { params: { integrationId: 'none' } })).status).toBe(404);
  });
});

describe('connecting', () => {
  test('gives the key, once; the audit has the names of fields and nothing of it', async () => {
    const body = { id: 'edr', name: 'EDR', teamId: 'secops', drill: true };
    const made = await harness.api.call('integrations.create', { as: admin, body });
    expect(made.body).toMatchObject({ key: 'key-1', integration: { id: 'edr', source: 'generic', drill: true } });
    expect(made.headers.get('location')).toBe('/api/v1/integrations/edr');
    expect((await audited()).slice(0, 2)).toEqual([
      { action: 'integrations.create', outcome: 'done', fields: ['id', 'name', 'source', 'teamId', 'drill'] },
      { action: 'integrations.create', outcome: 'asked', fields: ['id', 'name', 'source', 'teamId', 'drill'] },
    ]);
    const entries = await harness.api.call('audit.list', { as: await harness.owner() });
    expect(JSON.stringify(entries.body)).not.toContain('key-1');
  });

  test('an id that is taken and a team that there is not are refused', async () => {
    const taken = await ask('integrations.create', { body: { id: 'siem', name: 'Again' } });
    expect(taken).toMatchObject({ status: 409, body: { code: 'integration-exists' } });
    const unknown = await ask('integrations.create', { body: { id: 'x', name: 'X', teamId: 'none' } });
    expect(unknown).toMatchObject({ status: 400, body: { code: 'team-unknown', field: 'teamId' } });
    const odd = await ask('integrations.create', { body: { id: 'a b', name: 'X' } });
    expect(odd).toMatchObject({ status: 400, body: { field: 'id' } });
  });
});

describe('editing', () => {
  test('changes what is said, and leaves the rest', async () => {
    const changed = await ask('integrations.update', { ...seen(), body: { name: 'Main SIEM' } });
    expect(changed).toMatchObject({ status: 200, body: { ...siem, name: 'Main SIEM' } });
    expect(changed.headers.get('etag')).toBe('"v2"');
    const noTeam = await ask('integrations.update', { ...seen('"v2"'), body: { teamId: null, drill: true } });
    expect(noTeam).toMatchObject({ body: { name: 'Main SIEM', team: null, drill: true } });
    expect(await ask('integrations.update', { ...seen('"v3"'), body: { teamId: 'none' } })).toMatchObject({
      status: 400,
      body: { field: 'teamId' },
    });
  });

  test.each([
    ['integrations.update', { body: { name: 'Late' } }],
    ['integrations.rotateKey', { body: {} }],
    ['integrations.disable', {}],
  ])('%s of what somebody changed meanwhile is refused, and so is one that saw nothing', async (id, body) => {
    add({ ...rows.get('acme/siem')!, revision: 5n });
    for (const etag of ['"v1"', '"v0"', '"x"'])
      expect(await ask(id, { ...seen(etag), ...body })).toMatchObject({
        status: 412,
        body: { code: 'version-changed' },
      });
    expect((await ask(id, body)).status).toBe(428);
    expect(rows.get('acme/siem')).toMatchObject({ name: 'SIEM', disabled: false, revision: 5n });
  });

  test('a new key, and how long the old one opens: a day, unless another time is said', async () => {
    const rotated = await ask('integrations.rotateKey', { ...seen(), body: {} });
    const until = new Date(NOON + 24 * 3_600_000).toISOString();
    expect(rotated).toMatchObject({ status: 200, body: { key: 'key-2', integration: { oldKeyUntil: until } } });
    const atOnce = await ask('integrations.rotateKey', { ...seen('"v2"'), body: { graceMinutes: 0 } });
    expect(atOnce).toMatchObject({ body: { integration: { oldKeyUntil: null } } });
    expect((await ask('integrations.rotateKey', { ...seen(), body: { graceMinutes: 43_201 } })).status).toBe(400);
  });

  test('disabled is not found by edits, and still shown', async () => {
    expect((await ask('integrations.disable', seen())).status).toBe(204);
    expect(await ask('integrations.show')).toMatchObject({ status: 200, body: { disabled: true } });
    expect((await ask('integrations.update', { ...seen('"v2"'), body: { name: 'x' } })).status).toBe(404);
    expect((await ask('integrations.disable', seen('"v2"'))).status).toBe(404);
    expect((await audited())[0]).toMatchObject({ action: 'integrations.disable', outcome: 'failed' });
  });
});

test('a test event is one for one idempotency key, and names its alert', async () => {
  const again = { body: {}, headers: { 'idempotency-key': 'k1' } };
  const [one, same] = [await ask('integrations.test', again), await ask('integrations.test', again)];
  expect(one).toMatchObject({ status: 202, body: { alertId: 'envelope-0' } });
  expect(same.headers.get('idempotency-replayed')).toBe('true');
  expect(tests).toHaveLength(1);
  expect(tests[0]![0]).toMatchObject({ organisationId: 'acme', integrationId: 'siem' });
  expect(tests[0]![1]).toContain('k1');
});

expectExercised('integrations');
