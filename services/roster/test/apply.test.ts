import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { Channel } from '@tocsin/proto/roster/v1';
import type { Organisation } from '../src/core/organisation.ts';
import { createRoster } from '../src/index.ts';
import { type Harness, log, openHarness, organisation, person } from './harness.ts';

let h: Harness;
beforeAll(async () => {
  h = await openHarness();
});
afterAll(() => h.close());
beforeEach(() => h.apply(organisation()));

const without = (id: string): Organisation => {
  const whole = organisation();
  return {
    ...whole,
    people: whole.people.filter((one) => one.id !== id),
    teams: [{ id: 'secops', name: 'Security operations', memberIds: ['ada'] }],
    schedules: [{ ...whole.schedules[0]!, rotations: [{ ...whole.schedules[0]!.rotations[0]!, memberIds: ['ada'] }] }],
  };
};
const versionNow = async () => (await h.collections.organisations.findOne({ _id: 'acme' }))!.version;

describe('an organisation', () => {
  test('that is to be new changes none that there is', async () => {
    const version = await versionNow();
    const begin = (id: string) => {
      const targets = [{ kind: 'person' as const, id: 'yan' }];
      const policy = { ...organisation().policies[0]!, layers: [{ targets, tryForMs: 1_500 }], catchAll: targets };
      const file = {
        organisation: { id, name: 'Begun', defaultPolicyId: 'main' },
        ...{ people: [person('yan', 191)], teams: [], schedules: [], policies: [policy] },
      };
      return h.asked.apply({ organisationJson: JSON.stringify(file), onlyNew: true });
    };
    await expect(begin('acme')).rejects.toMatchObject({ name: 'Conflict', code: 'organisation-exists' });
    expect(await versionNow()).toBe(version);
    expect((await begin('begun')).changes[0]).toMatchObject({ action: 'create', kind: 'organisation', id: 'begun' });
  });

  test('is created once, and then there is nothing to change', async () => {
    const other = {
      ...organisation(),
      organisation: { id: 'other', name: 'Other', defaultPolicyId: 'main' },
      people: [person('zoe', 190)],
      teams: [],
      schedules: [],
      policies: [
        {
          ...organisation().policies[0]!,
          layers: [{ targets: [{ kind: 'person' as const, id: 'zoe' }], tryForMs: 1_500 }],
          catchAll: [{ kind: 'person' as const, id: 'zoe' }],
        },
      ],
    };
    expect(await h.apply(other, true)).toEqual([
      'create organisation other',
      'create person zoe',
      'create policy main',
    ]);
    expect(await h.apply(other)).toEqual(['create organisation other', 'create person zoe', 'create policy main']);
    expect(await h.apply(other)).toEqual([]);
  });

  test('is not changed by a dry run, nor by applying it again', async () => {
    const version = await versionNow();
    expect(await h.apply(without('ben'), true)).toEqual([
      'delete person ben',
      'update team secops memberIds',
      'update schedule primary rotations',
    ]);
    expect(await h.apply(organisation())).toEqual([]);
    expect(await versionNow()).toBe(version);
  });

  test('changes at once in what is resolved, and in the policy’s version only where its rules changed', async () => {
    const before = await h.begin('main', '2026-01-06T12:00Z');
    await h.apply({ ...organisation(), organisation: { id: 'acme', name: 'Acme Ltd', defaultPolicyId: 'main' } });
    const renamed = await h.begin('main', '2026-01-06T12:00Z');
    const shorter = organisation();
    shorter.policies[0]!.layers[0]!.tryForMs = 1_000;
    expect(await h.apply(shorter)).toEqual(['update organisation acme name', 'update policy main layers']);
    const after = await h.begin('main', '2026-01-06T12:00Z');
    expect(renamed.policy!.version).toBe(before.policy!.version);
    expect(after.policy!.version).not.toBe(before.policy!.version);
    expect(after.policy!.layers[0]!.tryForMs).toBe(1_000n);
  });

  test('applied by several at once is one of them, whole', async () => {
    const names = ['One', 'Two', 'Three', 'Four'];
    const wanted = names.map((name) => ({
      ...organisation({ teams: [{ id: 'secops', name, memberIds: ['ada'] }] }),
      organisation: { id: 'acme', name, defaultPolicyId: 'main' },
    }));
    await Promise.all(wanted.map((one) => h.apply(one)));
    const { name } = (await h.collections.organisations.findOne({ _id: 'acme' }))!;
    expect(names).toContain(name);
    expect((await h.collections.teams.findOne({ _id: 'acme/secops' }))!.name).toBe(name);
  });
});

describe('addresses at rest', () => {
  test('are nowhere to be read, and neither are names', async () => {
    const stored: unknown[] = [];
    for (const { name } of await h.db.listCollections().toArray()) {
      stored.push(...(await h.db.collection(name, { promoteBuffers: true }).find().toArray()));
    }
    const texts = [JSON.stringify(stored), ...bytesIn(stored).map((bytes) => Buffer.from(bytes).toString('latin1'))];
    for (const text of texts) expect(text).not.toMatch(/2125550|Name of/);
    expect(bytesIn(stored).length).toBeGreaterThan(9);
  });

  test('of one person do not open as another’s, nor as another contact method’s', async () => {
    const ada = (await h.collections.people.findOne({ _id: 'acme/ada' }))!;
    const [sms, voice] = ada.contactMethods;
    const swapped = [
      { ...sms!, address: voice!.address },
      { ...voice!, address: sms!.address },
    ];
    await h.collections.people.updateOne({ _id: 'acme/ada' }, { $set: { contactMethods: swapped } });
    await expect(reach('ada', 'ada-sms')).rejects.toMatchObject({ name: 'Internal' });
    await h.collections.people.updateOne({ _id: 'acme/ada' }, { $set: { contactMethods: ada.contactMethods } });
    expect((await reach('ada', 'ada-sms')).address).toBe('+12125550101');
  });

  test('need the master key that they were encrypted with', async () => {
    const start = (masterKey: string) => createRoster({ ...h.config, masterKey }, { log }).start();
    await expect(start(Buffer.alloc(32, 7).toString('base64'))).rejects.toMatchObject({
      name: 'InvalidInput',
      code: 'master-key-wrong',
      field: 'ROSTER_MASTER_KEY',
    });
    await expect(start('too short')).rejects.toMatchObject({ code: 'master-key-invalid' });
    const second = createRoster(h.config, { log });
    await second.start();
    await second.stop();
  });
});

describe('a deleted person', () => {
  test('has no key, no name and no address left, and comes back as somebody new', async () => {
    const before = await h.collections.keys.findOne({ _id: 'acme/ben' });
    await h.apply(without('ben'));
    expect(await h.collections.keys.findOne({ _id: 'acme/ben' })).toBeNull();
    const left = (await h.collections.people.findOne({ _id: 'acme/ben' }))!;
    expect(left.name).toHaveLength(0);
    expect(left).toMatchObject({ contactMethods: [], deletedAt: expect.any(Date) });

    await expect(reach('ben', 'ben-sms')).rejects.toMatchObject({ name: 'NotFound', code: 'person-unknown' });
    expect((await reach('ada', 'ada-sms', ['ben', 'cleo'])).mentioned).toEqual({ cleo: 'Name of cleo' });
    expect(await holders(Channel.SMS, '+12125550102')).toEqual([]);

    expect(await h.apply(organisation())).toContain('create person ben');
    expect((await reach('ben', 'ben-sms')).address).toBe('+12125550102');
    const after = await h.collections.keys.findOne({ _id: 'acme/ben' });
    expect(Buffer.from(after!.wrapped)).not.toEqual(Buffer.from(before!.wrapped));
  });

  test('is erased by deleting the key alone', async () => {
    await h.collections.keys.deleteOne({ _id: 'acme/ben' });
    await expect(reach('ben', 'ben-sms')).rejects.toMatchObject({ code: 'person-unknown' });
    expect(await h.apply(organisation())).toEqual(['create person ben']);
  });
});

describe('a contact method', () => {
  test('is found by its address, on its channel', async () => {
    expect(await holders(Channel.SMS, '+12125550101')).toEqual(['ada ada-sms']);
    expect(await holders(Channel.VOICE, '+12125550101')).toEqual(['ada ada-voice']);
    expect(await holders(Channel.EMAIL, '+12125550101')).toEqual([]);
    expect(await holders(Channel.SMS, '+12125550199')).toEqual([]);
  });

  test('that changed is found by the new address and not by the old', async () => {
    const moved = organisation();
    moved.people[0] = person('ada', 150);
    expect(await h.apply(moved)).toEqual(['update person ada contactMethods']);
    expect((await reach('ada', 'ada-voice')).address).toBe('+12125550150');
    expect(await holders(Channel.VOICE, '+12125550101')).toEqual([]);
    expect(await holders(Channel.VOICE, '+12125550150')).toEqual(['ada ada-voice']);
  });

  test('is reached with the channel, and with the names of those who are mentioned', async () => {
    expect(await reach('ada', 'ada-voice', ['ben', 'nobody'])).toMatchObject({
      address: '+12125550101',
      channel: Channel.VOICE,
      locale: 'en',
      displayName: 'Name of ada',
      mentioned: { ben: 'Name of ben' },
    });
    await expect(reach('ada', 'ben-sms')).rejects.toMatchObject({ code: 'contact-method-unknown' });
  });
});

test('zones are told of those who are known and said theirs, of the one organisation', async () => {
  const whole = organisation();
  whole.people[0] = person('ada', 101, { timeZone: 'Europe/Berlin' });
  await h.apply(whole);
  const zonesOf = async (organisationId: string) =>
    (await h.asked.timeZones({ organisationId, personIds: ['ada', 'ben', 'gone'] })).zones;
  expect(await zonesOf('acme')).toEqual({ ada: 'Europe/Berlin' });
  expect(await zonesOf('other')).toEqual({});
  const personIds = Array.from({ length: 1_001 }, (_, n) => `p${n}`);
  await expect(h.asked.timeZones({ organisationId: 'acme', personIds })).rejects.toMatchObject({ field: 'person_ids' });
});

describe('what is wrong is named by its field', () => {
  const change = (edit: (whole: Organisation) => void): Organisation => {
    const whole = organisation();
    edit(whole);
    return whole;
  };
  test.each<[string, (whole: Organisation) => void]>([
    ['people[1].contactMethods[0].address', (o) => (o.people[1]!.contactMethods[0]!.address = '0151 123')],
    ['people[1].contactMethods[0].address', (o) => (o.people[1]!.contactMethods[0]!.address = '+12125550101')],
    ['people[2].id', (o) => (o.people[2]!.id = 'ada')],
    ['schedules[0].timeZone', (o) => (o.schedules[0]!.timeZone = 'Europe/Atlantis')],
    ['schedules[0].timeZone', (o) => (o.schedules[0]!.timeZone = 'UTC+2')],
    ['schedules[0].timeZone', (o) => (o.schedules[0]!.timeZone = '+02:00')],
    ['schedules[0].rotations[0].memberIds[1]', (o) => (o.schedules[0]!.rotations[0]!.memberIds[1] = 'nobody')],
    ['schedules[0].rotations[0].handoffTime', (o) => (o.schedules[0]!.rotations[0]!.handoffTime = '9am')],
    ['schedules[0].rotations[0].anchorDate', (o) => (o.schedules[0]!.rotations[0]!.anchorDate = '2026-02-30')],
    ['policies[0].catchAll', (o) => (o.policies[0]!.catchAll = [])],
    ['policies[0].catchAll', (o) => (o.policies[0]!.catchAll = [{ kind: 'schedule', id: 'primary' }])],
    ['policies[0].layers[0].targets[0].id', (o) => (o.policies[0]!.layers[0]!.targets[0]!.id = 'nothing')],
    ['policies[0].layers[1].tryForMs', (o) => (o.policies[0]!.layers[1]!.tryForMs = 0)],
    ['organisation.defaultPolicyId', (o) => (o.organisation.defaultPolicyId = 'gone')],
    ['teams[0].memberIds[0]', (o) => (o.teams[0]!.memberIds[0] = 'nobody')],
  ])('%s', async (field, edit) => {
    await expect(h.apply(change(edit))).rejects.toMatchObject({ name: 'InvalidInput', field });
    expect(await h.apply(organisation())).toEqual([]);
  });

  test('and so is what is not JSON', async () => {
    await expect(h.asked.apply({ organisationJson: '{' })).rejects.toMatchObject({ field: 'organisation_json' });
  });
});

function reach(personId: string, contactMethodId: string, mentionPersonIds: string[] = []) {
  return h.asked.reach({ organisationId: 'acme', personId, contactMethodId, mentionPersonIds });
}

async function holders(channel: Channel, address: string): Promise<string[]> {
  const { contactMethods } = await h.asked.findByAddress({ channel, address });
  return contactMethods.map(({ personId, contactMethodId }) => `${personId} ${contactMethodId}`);
}

function bytesIn(value: unknown): Uint8Array[] {
  if (value instanceof Uint8Array) return [value];
  if (value === null || typeof value !== 'object') return [];
  return Object.values(value).flatMap(bytesIn);
}
