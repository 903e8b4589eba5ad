import { createHash } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { type Client, connectNats, createClient, type NatsConnection, services } from '@tocsin/platform';
import { Channel, type Directory, TargetKind } from '@tocsin/proto/roster/v1';
import { type Harness, openHarness, organisation, person } from './harness.ts';

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
beforeEach(async () => {
  // What people made themselves no file takes away.
  await h.collections.people.deleteMany({});
  await h.apply(organisation());
});

const DEVICE = 'device-0001';
const endpoint = (name: string) => `https://push.example.com/${name}`;
const subscription = (name: string, key = 'a') => `${endpoint(name)}#BL${key.repeat(85)}.${key.repeat(22)}`;
const put = (fields: object = {}) =>
  directory.putDevice({
    organisationId: 'acme',
    personId: 'ada',
    deviceId: DEVICE,
    address: subscription('one'),
    name: 'Chrome on Android',
    ...fields,
  });
const state = (personId = 'ada', deviceId = DEVICE) =>
  directory.readDevice({ organisationId: 'acme', personId, deviceId });
const personOf = async (id: string) =>
  JSON.parse((await directory.read({ organisationId: 'acme', kinds: ['person'], id })).organisationJson).people[0];
const pushOf = async (id: string) =>
  (await personOf(id)).contactMethods.filter((one: { channel: string }) => one.channel === 'push');
const addressOf = async (personId: string, contactMethodId: string) =>
  (await h.asked.reach({ organisationId: 'acme', personId, contactMethodId })).address;
const pagedBy = async (id: string) => {
  const targets = [{ kind: TargetKind.PERSON, id }];
  const { people } = await h.asked.resolve({ organisationId: 'acme', targets, at: { seconds: 1n, nanos: 0 } });
  return people[0]?.high.map((rule) => rule.contactMethodId) ?? [];
};

test('a browser is a contact method with a name, proved by itself, and its subscription is not shown', async () => {
  const { contactMethodId } = await put();
  expect(await pushOf('ada')).toEqual([
    {
      id: contactMethodId,
      channel: 'push',
      name: 'Chrome on Android',
      maskedAddress: 'push.example.com',
      verifiedAt: expect.any(String),
      goneAt: null,
    },
  ]);
  expect(await addressOf('ada', contactMethodId)).toBe(subscription('one'));
  const endpointHash = createHash('sha256').update(endpoint('one')).digest('base64url');
  expect(await state()).toMatchObject({ contactMethodId, gone: false, endpointHash });
  const stored = JSON.stringify(await h.collections.people.find().toArray());
  for (const personal of ['Android', 'push.example', 'aaaa']) expect(stored).not.toContain(personal);
});

test('put again it is the same; a new subscription takes the place of the old one', async () => {
  const first = await put();
  expect((await put()).changes).toEqual([]);
  const again = await put({ address: subscription('two', 'b') });
  expect(again.contactMethodId).toBe(first.contactMethodId);
  expect(await pushOf('ada')).toHaveLength(1);
  expect(await addressOf('ada', first.contactMethodId)).toBe(subscription('two', 'b'));
  expect((await pushOf('ada'))[0].verifiedAt).not.toBeNull();
});

test('whoever signs in to a browser after somebody else gets its pages, and the one before no more', async () => {
  const { contactMethodId: ofAda } = await put();
  const { contactMethodId: ofBen } = await put({ personId: 'ben' });
  expect(ofBen).not.toBe(ofAda);
  expect(await pushOf('ada')).toEqual([]);
  expect(await pushOf('ben')).toHaveLength(1);
});

test('a device id that was seen takes nothing from anybody', async () => {
  const { contactMethodId } = await put();
  await put({ personId: 'ben', address: subscription('of-ben', 'b') });
  expect(await addressOf('ada', contactMethodId)).toBe(subscription('one'));
});

test('a new device pages at once where there are rules for what is urgent, and by itself where there are none', async () => {
  const rule = { contactMethodId: 'ada-sms', delayMs: 0, repeats: 2, repeatEveryMs: 60_000 };
  const [, ...others] = organisation().people;
  await h.apply(organisation({ people: [person('ada', 101, { rules: { high: [rule], low: [rule] } }), ...others] }));
  const { contactMethodId } = await put();
  const { rules } = await personOf('ada');
  expect(rules).toEqual({
    high: [rule, { contactMethodId, delayMs: 0, repeats: 0, repeatEveryMs: 0 }],
    low: [rule],
  });
  // Whoever took the rule away is not given it again.
  const quiet = { ...(await personOf('ada')), rules: { high: [rule], low: [rule] } };
  await directory.put({ organisationId: 'acme', kind: 'person', itemJson: JSON.stringify(quiet) });
  await put({ address: subscription('two', 'b') });
  expect((await personOf('ada')).rules.high).toEqual([rule]);

  const bens = await put({ personId: 'ben', deviceId: 'device-of-ben', address: subscription('ben', 'c') });
  expect((await personOf('ben')).rules).toEqual({ high: [], low: [] });
  expect(await pagedBy('ben')).toEqual(['ben-sms', 'ben-voice', bens.contactMethodId]);
});

test('an address that is no more is erased: nobody is paged by it, the mark stays, and the device can come back', async () => {
  const { contactMethodId } = await put();
  const forget = (address = subscription('one')) =>
    h.asked.forgetAddress({ organisationId: 'acme', personId: 'ada', contactMethodId, address });
  expect(await forget(subscription('another'))).toMatchObject({ forgotten: false });
  expect(await forget()).toMatchObject({ forgotten: true });
  expect(await forget()).toMatchObject({ forgotten: false });
  expect(await addressOf('ada', contactMethodId)).toBe('');
  expect(await pagedBy('ada')).toEqual(['ada-sms', 'ada-voice']);
  expect(await state()).toMatchObject({ contactMethodId, gone: true, endpointHash: '' });
  const found = await h.asked.findByAddress({ channel: Channel.PUSH, address: '' });
  expect(found.contactMethods).toEqual([]);
  const [gone] = await pushOf('ada');
  expect(gone).toMatchObject({ name: 'Chrome on Android', maskedAddress: '', goneAt: expect.any(String) });
  // What is edited besides leaves the mark.
  const renamed = { ...(await personOf('ada')), name: 'Ada L.' };
  await directory.put({ organisationId: 'acme', kind: 'person', itemJson: JSON.stringify(renamed) });
  expect((await pushOf('ada'))[0].goneAt).toBe(gone.goneAt);
  await put({ address: subscription('two', 'b') });
  expect((await pushOf('ada'))[0]).toMatchObject({ id: contactMethodId, goneAt: null });
  expect(await pagedBy('ada')).toContain(contactMethodId);
});

test('who has nothing but a device that is gone cannot be reached', async () => {
  const mute = { ...person('mute', 104), contactMethods: [] };
  await h.apply(organisation({ people: [...organisation().people, mute] }));
  const { contactMethodId } = await put({ personId: 'mute' });
  const address = subscription('one');
  await h.asked.forgetAddress({ organisationId: 'acme', personId: 'mute', contactMethodId, address });
  const targets = [{ kind: TargetKind.PERSON, id: 'mute' }];
  const resolved = await h.asked.resolve({ organisationId: 'acme', targets, at: { seconds: 1n, nanos: 0 } });
  expect(resolved).toMatchObject({ people: [], passedOver: [{ personId: 'mute', reason: 'no-contact-method' }] });
});

test('a file takes no device away, whatever else it changes, and makes none the only way', async () => {
  const { contactMethodId } = await put();
  expect(await h.apply(organisation())).toEqual([]);
  const rule = { contactMethodId: 'ada-sms', delayMs: 0, repeats: 0, repeatEveryMs: 0 };
  const [, ...others] = organisation().people;
  const ada = (rules: object) => organisation({ people: [person('ada', 101, rules), ...others] });
  await h.apply(ada({ rules: { high: [rule], low: [rule] } }));
  expect(await pagedBy('ada')).toEqual(['ada-sms', contactMethodId]);
  expect((await pushOf('ada'))[0].verifiedAt).not.toBeNull();
  await h.apply(ada({ rules: { high: [], low: [] } }));
  expect(await pagedBy('ada')).toEqual(['ada-sms', 'ada-voice', contactMethodId]);
});

test('a device is removed with its rules, and what is not there any more is no error', async () => {
  const { contactMethodId } = await put();
  const remove = () => directory.removeDevice({ organisationId: 'acme', personId: 'ada', deviceId: DEVICE });
  expect((await remove()).changes).toHaveLength(1);
  expect((await remove()).changes).toEqual([]);
  expect(await state()).toMatchObject({ contactMethodId: '', gone: false });
  expect(await pagedBy('ada')).not.toContain(contactMethodId);
});

test.each([
  ['no subscription', { address: 'https://push.example.com/one' }, 'InvalidInput', 'address'],
  ['no name', { name: ' ' }, 'InvalidInput', 'name'],
  ['a name without end', { name: 'x'.repeat(81) }, 'InvalidInput', 'name'],
  ['a device id that is none', { deviceId: '../../x' }, 'InvalidInput', 'device_id'],
  ['nobody', { personId: 'nobody' }, 'NotFound', 'person_id'],
  ['another organisation', { organisationId: 'rival' }, 'NotFound', 'organisation_id'],
])('%s is refused by name', async (_, fields, name, field) => {
  await expect(put(fields)).rejects.toMatchObject({ name, field });
});

test('more devices than anybody may have are refused', async () => {
  for (let n = 1; n <= 18; n += 1) await put({ deviceId: `device-${n + 1_000}`, address: subscription(`n-${n}`) });
  await expect(put({ address: subscription('n-19') })).rejects.toMatchObject({ code: 'contact-methods-too-many' });
});
