import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { newId } from '@tocsin/platform';
import { operations } from '../src/api/operations.ts';
import type { Visitor } from './api.ts';
import { type Harness, openHarness, PASSWORD, type SignedIn } from './harness.ts';

/**
 * Who may do what: signed in with a role, by a key with a role, by a key of an owner that may only read, or not at all. An
 * operation that is not in the table fails the test.
 */
const table = `
                          nobody  observer responder admin owner  key:observer key:responder key:admin key:owner key:read-only
  setup.createFirstUser   yes     yes      yes       yes   yes    yes          yes           yes       yes       yes
  signIn.listMethods      yes     yes      yes       yes   yes    yes          yes           yes       yes       yes
  signIn.withPassword     yes     yes      yes       yes   yes    yes          yes           yes       yes       yes
  signIn.withSecondFactor yes     yes      yes       yes   yes    yes          yes           yes       yes       yes
  signIn.beginPasskey     yes     yes      yes       yes   yes    yes          yes           yes       yes       yes
  signIn.withPasskey      yes     yes      yes       yes   yes    yes          yes           yes       yes       yes
  signIn.beginOidc        yes     yes      yes       yes   yes    yes          yes           yes       yes       yes
  signIn.finishOidc       yes     yes      yes       yes   yes    yes          yes           yes       yes       yes
  signIn.acceptInvitation yes     yes      yes       yes   yes    yes          yes           yes       yes       yes
  me.show                 -       yes      yes       yes   yes    yes          yes           yes       yes       yes
  me.signOut              -       yes      yes       yes   yes    -            -             -         -         -
  me.changePassword       -       yes      yes       yes   yes    -            -             -         -         -
  me.beginTotp            -       yes      yes       yes   yes    -            -             -         -         -
  me.addTotp              -       yes      yes       yes   yes    -            -             -         -         -
  me.removeTotp           -       yes      yes       yes   yes    -            -             -         -         -
  me.renewRecoveryCodes   -       yes      yes       yes   yes    -            -             -         -         -
  me.listPasskeys         -       yes      yes       yes   yes    -            -             -         -         -
  me.beginPasskey         -       yes      yes       yes   yes    -            -             -         -         -
  me.addPasskey           -       yes      yes       yes   yes    -            -             -         -         -
  me.removePasskey        -       yes      yes       yes   yes    -            -             -         -         -
  sessions.list           -       yes      yes       yes   yes    -            -             -         -         -
  sessions.revoke         -       yes      yes       yes   yes    -            -             -         -         -
  devices.show            -       -        yes       yes   yes    -            -             -         -         -
  devices.put             -       -        yes       yes   yes    -            -             -         -         -
  devices.remove          -       -        yes       yes   yes    -            -             -         -         -
  push.answer             yes     yes      yes       yes   yes    yes          yes           yes       yes       yes
  push.shown              yes     yes      yes       yes   yes    yes          yes           yes       yes       yes
  incidents.list          -       yes      yes       yes   yes    yes          yes           yes       yes       yes
  incidents.summarise     -       yes      yes       yes   yes    yes          yes           yes       yes       yes
  incidents.show          -       yes      yes       yes   yes    yes          yes           yes       yes       yes
  incidents.listLog       -       yes      yes       yes   yes    yes          yes           yes       yes       yes
  incidents.listAlerts    -       yes      yes       yes   yes    yes          yes           yes       yes       yes
  alerts.list             -       yes      yes       yes   yes    yes          yes           yes       yes       yes
  alerts.show             -       yes      yes       yes   yes    yes          yes           yes       yes       yes
  onCall.show             -       yes      yes       yes   yes    yes          yes           yes       yes       yes
  policies.list           -       yes      yes       yes   yes    yes          yes           yes       yes       yes
  policies.show           -       yes      yes       yes   yes    yes          yes           yes       yes       yes
  policies.create         -       -        -         yes   yes    -            -             yes       yes       -
  policies.update         -       -        -         yes   yes    -            -             yes       yes       -
  policies.delete         -       -        -         yes   yes    -            -             yes       yes       -
  policies.dryRun         -       yes      yes       yes   yes    yes          yes           yes       yes       yes
  teams.list              -       yes      yes       yes   yes    yes          yes           yes       yes       yes
  teams.show              -       yes      yes       yes   yes    yes          yes           yes       yes       yes
  teams.create            -       -        -         yes   yes    -            -             yes       yes       -
  teams.update            -       -        -         yes   yes    -            -             yes       yes       -
  teams.delete            -       -        -         yes   yes    -            -             yes       yes       -
  organisation.create     -       -        -         yes   yes    -            -             yes       yes       -
  organisation.show       -       yes      yes       yes   yes    yes          yes           yes       yes       yes
  organisation.update     -       -        -         yes   yes    -            -             yes       yes       -
  schedules.list          -       yes      yes       yes   yes    yes          yes           yes       yes       yes
  schedules.show          -       yes      yes       yes   yes    yes          yes           yes       yes       yes
  schedules.create        -       -        -         yes   yes    -            -             yes       yes       -
  schedules.update        -       -        -         yes   yes    -            -             yes       yes       -
  schedules.delete        -       -        -         yes   yes    -            -             yes       yes       -
  schedules.listShifts    -       yes      yes       yes   yes    yes          yes           yes       yes       yes
  schedules.createOverride -      -        yes       yes   yes    -            yes           yes       yes       -
  schedules.deleteOverride -      -        yes       yes   yes    -            yes           yes       yes       -
  people.list             -       yes      yes       yes   yes    yes          yes           yes       yes       yes
  people.show             -       yes      yes       yes   yes    yes          yes           yes       yes       yes
  people.create           -       -        -         yes   yes    -            -             yes       yes       -
  people.update           -       -        yes       yes   yes    -            yes           yes       yes       -
  people.delete           -       -        -         yes   yes    -            -             yes       yes       -
  contactMethods.code     -       -        yes       yes   yes    -            yes           yes       yes       -
  contactMethods.verify   -       -        yes       yes   yes    -            yes           yes       yes       -
  contactMethods.test     -       -        yes       yes   yes    -            yes           yes       yes       -
  contactMethods.showTest -       -        yes       yes   yes    -            yes           yes       yes       yes
  live.follow             -       yes      yes       yes   yes    yes          yes           yes       yes       yes
  kpis.query              -       yes      yes       yes   yes    yes          yes           yes       yes       yes
  kpis.showClock          -       yes      yes       yes   yes    yes          yes           yes       yes       yes
  kpis.setClock           -       -        -         yes   yes    -            -             yes       yes       -
  integrations.list       -       yes      yes       yes   yes    yes          yes           yes       yes       yes
  integrations.show       -       yes      yes       yes   yes    yes          yes           yes       yes       yes
  integrations.create     -       -        -         yes   yes    -            -             yes       yes       -
  integrations.update     -       -        -         yes   yes    -            -             yes       yes       -
  integrations.rotateKey  -       -        -         yes   yes    -            -             yes       yes       -
  integrations.disable    -       -        -         yes   yes    -            -             yes       yes       -
  integrations.test       -       -        yes       yes   yes    -            yes           yes       yes       -
  incidents.accept        -       -        yes       yes   yes    -            yes           yes       yes       -
  incidents.reject        -       -        yes       yes   yes    -            yes           yes       yes       -
  incidents.resolve       -       -        yes       yes   yes    -            yes           yes       yes       -
  incidents.escalate      -       -        yes       yes   yes    -            yes           yes       yes       -
  incidents.reassign      -       -        yes       yes   yes    -            yes           yes       yes       -
  incidents.summon        -       -        yes       yes   yes    -            yes           yes       yes       -
  incidents.snooze        -       -        yes       yes   yes    -            yes           yes       yes       -
  incidents.severity      -       -        yes       yes   yes    -            yes           yes       yes       -
  incidents.note          -       -        yes       yes   yes    -            yes           yes       yes       -
  webhooks.list           -       -        -         yes   yes    -            -             yes       yes       yes
  webhooks.create         -       -        -         yes   yes    -            -             yes       yes       -
  webhooks.show           -       -        -         yes   yes    -            -             yes       yes       yes
  webhooks.update         -       -        -         yes   yes    -            -             yes       yes       -
  webhooks.rotateSecret   -       -        -         yes   yes    -            -             yes       yes       -
  webhooks.delete         -       -        -         yes   yes    -            -             yes       yes       -
  webhooks.test           -       -        -         yes   yes    -            -             yes       yes       -
  webhooks.listDeliveries -       -        -         yes   yes    -            -             yes       yes       yes
  webhooks.replayDelivery -       -        -         yes   yes    -            -             yes       yes       -
  webhooks.replay         -       -        -         yes   yes    -            -             yes       yes       -
  users.list              -       -        -         yes   yes    -            -             yes       yes       yes
  users.invite            -       -        -         yes   yes    -            -             yes       yes       -
  users.show              -       -        -         yes   yes    -            -             yes       yes       yes
  users.update            -       -        -         yes   yes    -            -             yes       yes       -
  users.reinvite          -       -        -         yes   yes    -            -             yes       yes       -
  users.endSessions       -       -        -         yes   yes    -            -             yes       yes       -
  keys.list               -       -        yes       yes   yes    -            yes           yes       yes       yes
  keys.create             -       -        yes       yes   yes    -            -             -         -         -
  keys.revoke             -       -        yes       yes   yes    -            yes           yes       yes       -
  audit.list              -       -        -         yes   yes    -            -             yes       yes       yes
  audit.export            -       -        -         yes   yes    -            -             yes       yes       yes
  meta.document           yes     yes      yes       yes   yes    yes          yes           yes       yes       yes
`;

const [head = [], ...rows] = table
  .split('\n')
  .filter((line) => line.trim() !== '')
  .map((line) => line.trim().split(/\s+/));

let harness: Harness;
const visitors = new Map<string, (id: string) => Promise<Visitor | undefined>>();
beforeAll(async () => {
  harness = await openHarness();
  visitors.set('nobody', async () => undefined);
  for (const role of ['observer', 'responder', 'admin', 'owner'] as const) {
    const user = await harness.user(role);
    const key = await harness.key(role);
    // A session for all questions, but for the one that ends it.
    visitors.set(role, async (id) => (id === 'me.signOut' ? signInAgain(user) : user));
    visitors.set(`key:${role}`, async () => key);
  }
  const reader = await harness.key('owner', true);
  visitors.set('key:read-only', async () => reader);
});
afterAll(() => harness?.close());

async function signInAgain({ email }: SignedIn): Promise<Visitor> {
  const as = harness.api.visitor();
  await harness.api.call('signIn.withPassword', { as, body: { email, password: PASSWORD } });
  return as;
}

test('every operation has its row', () => {
  expect(rows.map(([id]) => id).sort()).toEqual(operations.map(({ id }) => id).sort());
});

test.each(rows)('%s is for whom the table says', async (id, ...cells) => {
  expect(cells).toHaveLength(head.length);
  for (const [i, who] of head.entries()) {
    const as = await visitors.get(who)!(id!);
    // What passes is refused for what it lacks, or is harmless: who may is settled before what is asked is looked at.
    const params = { userId: newId(), keyId: newId(), sessionId: newId(), passkeyId: 'none', provider: 'none' };
    Object.assign(params, {
      number: 'INC-1',
      alertId: 'none',
      policyId: 'none',
      teamId: 'none',
      integrationId: 'none',
    });
    Object.assign(params, { webhookId: newId(), deliveryId: `msg_${'0'.repeat(24)}` });
    Object.assign(params, { scheduleId: 'none', overrideId: 'none', personId: 'none', deviceId: 'device-0001' });
    Object.assign(params, { contactMethodId: 'none', testId: '1' });
    const { body } = operations.find((one) => one.id === id)!;
    const { status } = await harness.api.ask(id!, { ...(as ? { as } : {}), params, ...(body ? { body: {} } : {}) });
    const refused = as === undefined ? 401 : 403;
    expect(`${who}: ${[401, 403].includes(status) ? status : 'yes'}`).toBe(
      `${who}: ${cells[i] === 'yes' ? 'yes' : refused}`,
    );
  }
});
