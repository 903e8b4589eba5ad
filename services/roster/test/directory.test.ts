import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { type Client, connectNats, createClient, type NatsConnection, services, timestamp } from '@tocsin/platform';
import type { Directory } from '@tocsin/proto/roster/v1';
import { type Harness, openHarness, organisation, person, schedule } from './harness.ts';

let h: Harness;
let nc: NatsConnection;
let directory: Client<typeof Directory>;
beforeAll(async () => {
  h = await openHarness();
  nc = await connectNats(h.config.natsUrl, 'test');
  directory = createClient(nc, services.directory);
});
afterAll(async () => {
  await nc.close();
  await h.close();
});
beforeEach(() => h.apply(organisation()));

const organisationId = 'acme';
const read = async (over: object = {}) => {
  const answer = await directory.read({ organisationId, ...over });
  return { ...answer, items: JSON.parse(answer.organisationJson) as Record<string, { id: string }[]> };
};
const revisionOf = async (key: string) => (await read()).itemRevisions[key]!;
const put = (kind: string, item: object, expectedRevision?: bigint) =>
  directory.put({
    organisationId,
    kind,
    itemJson: JSON.stringify(item),
    ...(expectedRevision === undefined ? {} : { expectedRevision }),
  });
const reach = async (personId: string, contactMethodId: string) =>
  (await h.asked.reach({ personId, contactMethodId, mentionPersonIds: [] })).address;
const changesOf = ({ changes }: { changes: { action: string; kind: string; id: string; fields: string[] }[] }) =>
  changes.map(({ action, kind, id, fields }) => [action, kind, id, ...fields].join(' '));

describe('what is read', () => {
  test('is the organisation as applied, less the addresses', async () => {
    const { items, organisationJson, itemRevisions, nextCursor } = await read();
    const { people, ...rest } = organisation();
    expect(items).toMatchObject(rest);
    expect(items.people).toMatchObject(
      people.map(({ id, name, locale, rules }) => ({
        id,
        name,
        locale,
        rules,
        contactMethods: [
          { id: `${id}-sms`, channel: 'sms', maskedAddress: expect.stringMatching(/^••••\d\d$/), verifiedAt: null },
          { id: `${id}-voice`, channel: 'voice' },
        ],
      })),
    );
    expect(organisationJson).not.toMatch(/2125550/);
    expect(Object.keys(itemRevisions).sort()).toEqual([
      'organisation/acme',
      'person/ada',
      'person/ben',
      'person/cleo',
      'policy/main',
      'schedule/primary',
      'team/secops',
    ]);
    expect(nextCursor).toBe('');
  });

  test('comes in pages of one revision; where something changed in between it says so', async () => {
    const first = await read({ limit: 4 });
    expect(first.items.people!.map((one) => one.id)).toEqual(['ada', 'ben', 'cleo']);
    expect(first.items.teams).toHaveLength(1);
    const second = await read({ limit: 4, cursor: first.nextCursor });
    expect([second.items.schedules, second.items.policies].map((list) => list!.length)).toEqual([1, 1]);
    expect(second.nextCursor).toBe('');
    await put('team', { id: 'new', name: 'New', memberIds: [] });
    await expect(read({ limit: 4, cursor: first.nextCursor })).rejects.toMatchObject({ code: 'revision-changed' });
    await expect(read({ cursor: 'x' })).rejects.toMatchObject({ name: 'InvalidInput', field: 'cursor' });
  });

  test('goes on after an id, whatever changed in between', async () => {
    const page = (afterId = '') => read({ kinds: ['person'], limit: 1, afterId });
    expect((await page()).items.people).toMatchObject([{ id: 'ada' }]);
    await put('person', person('abe', 105));
    await put('person', person('arno', 106));
    expect((await page('ada')).items.people).toMatchObject([{ id: 'arno' }]);
    expect((await page('ben')).nextCursor).toBe('');
  });

  test('is of one kind, or one item, where that is asked for', async () => {
    expect((await read({ kinds: ['team'] })).items).toMatchObject({
      people: [],
      teams: [{ id: 'secops' }],
      policies: [],
    });
    expect((await read({ kinds: ['person'], id: 'ben' })).items.people).toMatchObject([{ id: 'ben' }]);
    await expect(read({ kinds: ['robot'] })).rejects.toMatchObject({ field: 'kind' });
    await expect(directory.read({ organisationId: 'nobody' })).rejects.toMatchObject({ code: 'organisation-unknown' });
  });
});

describe('one item that is put', () => {
  test('is made, changed, and changed at once in what is resolved; the second time nothing is', async () => {
    const dee = person('dee', 104);
    expect(changesOf(await put('person', dee, 0n))).toEqual(['create person dee']);
    expect(await put('person', dee)).toMatchObject({ changes: [], id: 'dee' });
    const main = organisation().policies[0]!;
    const rules = { ...main, layers: [{ targets: [{ kind: 'person', id: 'dee' }], tryForMs: 5_000 }] };
    expect(changesOf(await put('policy', rules))).toEqual(['update policy main layers']);
    expect((await h.begin('main', '2026-01-06T12:00Z')).layers[0]!.people).toMatchObject([{ personId: 'dee' }]);
    expect(await reach('dee', 'dee-sms')).toBe('+12125550104');
    const record = { id: 'acme', name: 'Acme Ltd', defaultPolicyId: 'main' };
    expect(changesOf(await put('organisation', record))).toEqual(['update organisation acme name']);
  });

  test('a person as read may be put back: addresses that are not given stay', async () => {
    const { items } = await read({ kinds: ['person'], id: 'ada' });
    const renamed = { ...items.people![0]!, name: 'Ada L.' };
    expect(changesOf(await put('person', renamed))).toEqual(['update person ada name']);
    expect(await reach('ada', 'ada-voice')).toBe('+12125550101');
    const moved = { ...renamed, contactMethods: [{ id: 'ada-sms', channel: 'sms', address: '+12125550177' }] };
    expect(changesOf(await put('person', moved))).toEqual(['update person ada contactMethods']);
    expect(await reach('ada', 'ada-sms')).toBe('+12125550177');
  });

  test('is tried: what would change is said, what is wrong is said, and nothing changes', async () => {
    const { revision } = await read();
    const main = organisation().policies[0]!;
    const tried = (item: object) =>
      directory.put({ organisationId, kind: 'policy', itemJson: JSON.stringify(item), dryRun: true });
    expect(changesOf(await tried({ ...main, rounds: 5 }))).toEqual(['update policy main rounds']);
    await expect(tried({ ...main, catchAll: [{ kind: 'person', id: 'x' }] })).rejects.toMatchObject({
      field: 'catchAll[0].id',
    });
    expect((await read()).revision).toBe(revision);
  });

  test('what was read before somebody else changed it is refused, and what others changed beside it is not', async () => {
    const revision = await revisionOf('team/secops');
    await put('team', { id: 'other', name: 'Other', memberIds: [] });
    const team = (name: string) => ({ id: 'secops', name, memberIds: ['ada'] });
    const edited = await put('team', team('Blue'), revision);
    expect(await revisionOf('team/secops')).toBe(edited.revision);
    await expect(put('team', team('Red'), revision)).rejects.toMatchObject({
      name: 'Conflict',
      code: 'revision-changed',
    });
    await expect(put('team', team('Red'), 0n)).rejects.toMatchObject({ name: 'Conflict', code: 'already-exists' });
    const outcomes = await Promise.allSettled([
      put('team', team('A'), edited.revision),
      put('team', team('B'), edited.revision),
    ]);
    expect(outcomes.filter((one) => one.status === 'fulfilled')).toHaveLength(1);
  });

  const ada = () => organisation().people[0]!;
  test.each<[string, string, () => object, string]>([
    [
      'a number that is none',
      'person',
      () => ({ ...ada(), contactMethods: [{ id: 'x', channel: 'sms', address: '0151' }] }),
      'contactMethods[0].address',
    ],
    [
      'a new contact method without a number',
      'person',
      () => ({ ...ada(), contactMethods: [{ id: 'x', channel: 'sms' }] }),
      'contactMethods[0].address',
    ],
    [
      'a chat address without its secret',
      'person',
      () => ({
        ...ada(),
        contactMethods: [{ id: 'x', channel: 'chat', address: 'webhook:https://hooks.example.com/' }],
      }),
      'contactMethods[0].address',
    ],
    ['a number that somebody has', 'person', () => person('dee', 102), 'contactMethods[0].address'],
    [
      'a rule for no contact method',
      'person',
      () => ({
        ...ada(),
        rules: { high: [{ contactMethodId: 'fax', delayMs: 0, repeats: 0, repeatEveryMs: 0 }], low: [] },
      }),
      'rules.high[0].contactMethodId',
    ],
    [
      'a member whom nobody knows',
      'team',
      () => ({ id: 'secops', name: 'S', memberIds: ['ada', 'nobody'] }),
      'memberIds[1]',
    ],
    ['a zone that is none', 'schedule', () => schedule({ timeZone: 'Europe/Atlantis' }), 'timeZone'],
    [
      'a catch-all that may be empty',
      'policy',
      () => ({ ...organisation().policies[0]!, catchAll: [{ kind: 'schedule', id: 'primary' }] }),
      'catchAll',
    ],
    [
      'a default that is none',
      'organisation',
      () => ({ id: 'acme', name: 'Acme', defaultPolicyId: 'gone' }),
      'defaultPolicyId',
    ],
    ['what is not its kind', 'robot', () => ({}), 'kind'],
    ['more than is known', 'team', () => ({ id: 'a', name: 'A', memberIds: [], colour: 'red' }), ''],
  ])('is held to the rules of the file: %s', async (_, kind, item, field) => {
    const { revision } = await read();
    await expect(put(kind, item())).rejects.toMatchObject({ name: 'InvalidInput', ...(field === '' ? {} : { field }) });
    expect((await read()).revision).toBe(revision);
  });

  test('an id that another organisation has too is somebody else', async () => {
    const other = {
      organisation: { id: 'rival', name: 'Rival', defaultPolicyId: 'main' },
      people: [person('zoe', 190)],
      teams: [],
      schedules: [],
      policies: [
        {
          ...organisation().policies[0]!,
          layers: [{ targets: [{ kind: 'person', id: 'zoe' }], tryForMs: 1_500 }],
          catchAll: [{ kind: 'person', id: 'zoe' }],
        },
      ],
    };
    await h.apply(other);
    await put('person', person('zoe', 191));
    const { organisationJson } = await directory.read({ organisationId: 'rival', kinds: ['person'] });
    const [theirs] = JSON.parse(organisationJson).people;
    expect(theirs.contactMethods[0]).toMatchObject({ id: 'zoe-sms', maskedAddress: '••••90' });
  });
});

describe('what is deleted', () => {
  const gone = (kind: string, id: string, expectedRevision?: bigint) =>
    directory.delete({ organisationId, kind, id, ...(expectedRevision === undefined ? {} : { expectedRevision }) });

  test.each([
    ['person', 'ada', 'still in team secops; schedule primary, rotation weekly'],
    ['person', 'cleo', 'still in policy main, catch-all'],
    ['team', 'secops', 'still in policy main, layer 2'],
    ['schedule', 'primary', 'still in policy main, layer 1'],
    ['policy', 'main', 'still in organisation, default policy'],
  ])('must be referred to by nothing: %s %s', async (kind, id, message) => {
    await expect(gone(kind, id)).rejects.toMatchObject({ name: 'Conflict', code: 'still-referred-to', message });
  });

  test('is gone; a person can never be read again', async () => {
    await put('person', person('dee', 104));
    const revision = await revisionOf('person/dee');
    await put('person', { ...person('dee', 104), name: 'Dee' });
    await expect(gone('person', 'dee', revision)).rejects.toMatchObject({ code: 'revision-changed' });
    expect(changesOf(await gone('person', 'dee'))).toEqual(['delete person dee']);
    expect(await h.collections.keys.findOne({ _id: 'dee' })).toBeNull();
    await expect(gone('person', 'dee')).rejects.toMatchObject({ name: 'NotFound', code: 'person-unknown' });
  });
});

describe('an override in one call', () => {
  const override = {
    organisationId,
    scheduleId: 'primary',
    personId: 'cleo',
    from: '2026-01-06T12:00',
    until: '2026-01-06T18:00',
  };
  const onCallAt = async (at: string) => {
    const { schedules } = await directory.onCall({
      organisationId,
      at: timestamp(Date.parse(at)),
      scheduleIds: ['primary'],
    });
    return schedules[0]!.people.map((one) => `${one.personId} ${one.because}`);
  };

  test('changes who is on call, and is taken back', async () => {
    const { id, changes } = await directory.putOverride(override, { key: 'drag-1' });
    expect(changesOf({ changes })).toEqual(['update schedule primary overrides']);
    expect(await onCallAt('2026-01-06T14:00:00+01:00')).toEqual([`cleo schedule primary, override ${id}`]);
    expect(await directory.putOverride(override, { key: 'drag-1' })).toMatchObject({ id, changes: [] });
    await directory.putOverride({ ...override, overrideId: id, personId: 'ben' });
    expect(await onCallAt('2026-01-06T14:00:00+01:00')).toEqual([`ben schedule primary, override ${id}`]);
    await directory.deleteOverride({ organisationId, scheduleId: 'primary', overrideId: id });
    expect(await onCallAt('2026-01-06T14:00:00+01:00')).toEqual(['ada schedule primary, rotation weekly']);
    const again = directory.deleteOverride({ organisationId, scheduleId: 'primary', overrideId: id });
    await expect(again).rejects.toMatchObject({ name: 'NotFound', field: 'override_id' });
  });

  test.each([
    ['an end before its beginning', { until: '2026-01-06T11:00' }, 'until'],
    ['a time that is none', { from: 'noon' }, 'from'],
    ['somebody whom nobody knows', { personId: 'nobody' }, 'person_id'],
    ['a rotation that is none', { rotationId: 'nightly' }, 'rotation_id'],
    ['a schedule that is none', { scheduleId: 'gone' }, 'schedule_id'],
  ])('is refused by name: %s', async (_, over, field) => {
    await expect(directory.putOverride({ ...override, ...over })).rejects.toMatchObject({ field });
  });
});
