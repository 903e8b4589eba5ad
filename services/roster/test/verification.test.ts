import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { type Client, connectNats, createClient, millis, type NatsConnection, services } from '@tocsin/platform';
import type { Directory } from '@tocsin/proto/roster/v1';
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
  await h.collections.verifications.deleteMany({});
  await h.collections.people.deleteMany({});
  await h.collections.organisations.deleteMany({});
  await h.apply(organisation());
});

const named = { organisationId: 'acme', personId: 'ada', contactMethodId: 'ada-sms' };
const confirm = (code: string) => directory.confirmVerification({ ...named, code });
const verifiedAt = async () => {
  const { organisationJson } = await directory.read({ organisationId: 'acme', kinds: ['person'], id: 'ada' });
  return JSON.parse(organisationJson).people[0].contactMethods[0].verifiedAt as string | null;
};
const wrong = (code: string) => String((Number(code) + 1) % 1_000_000).padStart(6, '0');

test('a code that is said back proves the address, and keeps proving it when it is said again', async () => {
  const { code, expiresAt } = await directory.startVerification(named);
  expect(code).toMatch(/^\d{6}$/);
  expect(millis(expiresAt)! - Date.now()).toBeGreaterThan(9 * 60_000);
  const stored = JSON.stringify(await h.collections.verifications.find().toArray());
  expect(stored).not.toContain(code);
  const at = millis((await confirm(` ${code} `)).verifiedAt);
  expect(await verifiedAt()).toBe(new Date(at!).toISOString());
  expect(millis((await confirm(code)).verifiedAt)).toBe(at);
});

test('a wrong code is refused, and after five tries the right one is as well, however many come at once', async () => {
  const { code } = await directory.startVerification(named);
  const tries = await Promise.allSettled(Array.from({ length: 12 }, () => confirm(wrong(code))));
  const codes = tries.map((one) => (one.status === 'rejected' ? one.reason.code : 'taken'));
  expect(codes.filter((one) => one === 'code-wrong')).toHaveLength(5);
  expect(codes.filter((one) => one === 'code-expired')).toHaveLength(7);
  await expect(confirm(code)).rejects.toMatchObject({ name: 'Conflict', code: 'code-expired' });
  expect(await verifiedAt()).toBeNull();
});

test('a code that expired proves nothing', async () => {
  const { code } = await directory.startVerification(named);
  await h.collections.verifications.updateMany({}, { $set: { expiresAt: new Date(Date.now() - 1) } });
  await expect(confirm(code)).rejects.toMatchObject({ code: 'code-expired' });
});

test('codes are not made one after the other, and a new one ends the old', async () => {
  const { code: old } = await directory.startVerification(named);
  await expect(directory.startVerification(named)).rejects.toMatchObject({
    name: 'RateLimited',
    code: 'code-too-soon',
  });
  await h.collections.verifications.updateMany({}, { $set: { startedAt: new Date(Date.now() - 61_000) } });
  const { code } = await directory.startVerification(named);
  if (old !== code) await expect(confirm(old)).rejects.toMatchObject({ code: 'code-wrong' });
  await confirm(code);
});

test('what is proved goes with the address, and stays when anything else changes', async () => {
  await confirm((await directory.startVerification(named)).code);
  await h.apply({
    ...organisation(),
    people: [{ ...person('ada', 101), name: 'Ada L.' }, ...organisation().people.slice(1)],
  });
  expect(await verifiedAt()).not.toBeNull();
  const before = (await directory.startVerification({ ...named, contactMethodId: 'ada-voice' })).code;
  await h.apply({ ...organisation(), people: [person('ada', 150), ...organisation().people.slice(1)] });
  expect(await verifiedAt()).toBeNull();
  const late = directory.confirmVerification({ ...named, contactMethodId: 'ada-voice', code: before });
  await expect(late).rejects.toMatchObject({ name: 'Conflict', code: 'address-changed' });
});

test('somebody of another organisation, or nobody, has none', async () => {
  const foreign = directory.startVerification({ ...named, organisationId: 'rival' });
  await expect(foreign).rejects.toMatchObject({ name: 'NotFound', field: 'person_id' });
  const none = directory.startVerification({ ...named, contactMethodId: 'fax' });
  await expect(none).rejects.toMatchObject({ name: 'NotFound', field: 'contact_method_id' });
});
