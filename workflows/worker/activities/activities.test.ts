import { expect, test } from '@jest/globals';
import type { Channel, Effect } from '@tocsin/domain';
import { type Client, InvalidInput, Unavailable } from '@tocsin/platform';
import type { Incidents } from '@tocsin/proto/incident/v1';
import type { Notifier } from '@tocsin/proto/notifier/v1';
import { Channel as ProtoChannel, type Roster, TargetKind } from '@tocsin/proto/roster/v1';
import { createLookUpActivities } from './look-up.ts';
import { createPersistActivities } from './persist.ts';

const incident = { incidentId: 'i', organisationId: 'acme' };
const rule = { contactMethodId: 'phone', channel: ProtoChannel.VOICE, delayMs: 0, repeats: 1, repeatEveryMs: 60_000 };
const person = (personId: string, high: object[] = [rule]) => ({
  personId,
  high,
  low: [],
  because: `person ${personId}`,
});

function persist({
  notifiers = {},
  incidents = {},
}: {
  notifiers?: Record<string, () => unknown>;
  incidents?: object;
}) {
  const asked: string[] = [];
  const notifier = (channel: Channel) =>
    ({
      withdraw: async (request: { throughRound: number; personId: string; layer: number }) => {
        asked.push(`${channel} ${request.throughRound} ${request.personId} ${request.layer}`);
        return notifiers[channel]?.() ?? {};
      },
    }) as unknown as Client<typeof Notifier>;
  return { asked, ...createPersistActivities({ incidents: incidents as Client<typeof Incidents>, notifier }) };
}

const withdrawal = (personId: string | null): Extract<Effect, { kind: 'withdraw' }> => ({
  id: 'e0-1',
  kind: 'withdraw',
  escalationId: 'response',
  throughRound: 2,
  personId,
  layer: 3,
  channels: ['sms', 'voice'],
});

test('a withdrawal reaches every notifier though one is away, and is asked for again', async () => {
  const sms = () => {
    throw new Unavailable('nobody serves it', { code: 'no-responder' });
  };
  const { withdraw, asked } = persist({ notifiers: { sms } });
  const refused = withdraw({ ...incident, effect: withdrawal(null) });
  await expect(refused).rejects.toMatchObject({ type: 'Unavailable', nonRetryable: false });
  expect(asked).toEqual(['sms 2  0', 'voice 2  0']);
});

test("one person's withdrawal names the layer", async () => {
  const { withdraw, asked } = persist({});
  expect(await withdraw({ ...incident, effect: withdrawal('ada') })).toEqual({ kind: 'withdrawn', effectId: 'e0-1' });
  expect(asked).toEqual(['sms 2 ada 3', 'voice 2 ada 3']);
});

test('a close that is refused says what is true now', async () => {
  const effect = {
    id: 'e',
    kind: 'close' as const,
    version: 3,
    by: 'source',
    sourceOnly: true,
    entryId: 'i/0-9',
    at: 1,
  };
  const close = async ({ version }: { version: bigint }) => {
    expect(version).toBe(3n);
    return { closed: false, version: 4n, members: 2, firing: 1, severity: 'high' };
  };
  const { closeIncident } = persist({ incidents: { close } });
  expect(await closeIncident({ ...incident, effect })).toEqual({
    kind: 'close-refused',
    effectId: 'e',
    counts: { version: 4, members: 2, firing: 1, severity: 'high' },
  });
});

test('what cannot get better by asking again is not asked again', async () => {
  const append = () =>
    Promise.reject(new InvalidInput('entries are out of order', { code: 'entries', field: 'entries' }));
  const { appendLog } = persist({ incidents: { append } });
  const effect = { id: 'e', kind: 'log' as const, entries: [] };
  await expect(appendLog({ ...incident, effect })).rejects.toMatchObject({ type: 'InvalidInput', nonRetryable: true });
});

const mute = { personId: 'mute', because: 'team t', reason: 'no-contact-method' };

test('the people of a layer are those stored first, and a channel that this version does not know is left out', async () => {
  const targets: unknown[] = [];
  const roster = {
    resolve: async (request: { targets: unknown[] }) => {
      targets.push(...request.targets);
      return { people: [person('ben')], gaps: ['schedule s'], passedOver: [] };
    },
  } as unknown as Client<typeof Roster>;
  const unknown = { ...rule, contactMethodId: 'pigeon', channel: 99 };
  const incidents = {
    storeLayer: async () => ({ people: [person('ada', [rule, unknown])], gaps: [], passedOver: [mute] }),
  } as unknown as Client<typeof Incidents>;
  const { resolveLayer } = createLookUpActivities({ roster, incidents });
  const effect = {
    id: 'e',
    kind: 'resolve-layer' as const,
    escalationId: 'response',
    round: 1,
    layer: 2,
    targets: [{ kind: 'schedule' as const, id: 's' }],
    at: 1,
  };
  const { layer } = await resolveLayer({ ...incident, effect });
  expect(targets).toEqual([{ kind: TargetKind.SCHEDULE, id: 's' }]);
  expect(layer).toEqual({
    people: [person('ada', [{ ...rule, channel: 'voice' as never }])],
    gaps: [],
    passedOver: [mute],
  });
});

interface Named {
  people: { personId: string }[];
}

test('an escalation that begins stores its first layer, and in round 0 everybody as of now', async () => {
  const stored: string[] = [];
  const roster = {
    begin: async () => ({
      policy: { id: 'p', version: '1', layers: [{ targets: [] }, { targets: [] }], rounds: 1, catchAll: [] },
      layers: [
        { people: [person('ada')], gaps: [], passedOver: [] },
        { people: [person('ben')], gaps: [], passedOver: [] },
      ],
      catchAll: { people: [person('boss')], gaps: [], passedOver: [] },
      reason: 'named',
    }),
  } as unknown as Client<typeof Roster>;
  const incidents = {
    storeLayers: async ({ layers }: { layers: { round: number; layer: number; people: Named }[] }) => ({
      layers: layers.map(({ round, layer, people }) => {
        stored.push(`${round}/${layer} ${people.people[0]?.personId}`);
        // Somebody else was stored first.
        return round === 1 ? { people: [person('first')], gaps: [], passedOver: [] } : people;
      }),
    }),
  } as unknown as Client<typeof Incidents>;
  const { beginEscalation } = createLookUpActivities({ roster, incidents });
  const effect = { id: 'e', kind: 'begin' as const, escalationId: 'response', policyId: 'p', at: 1 };
  const { layers, catchAll } = await beginEscalation({ ...incident, effect });
  expect(stored.sort()).toEqual(['0/1 ada', '0/2 ben', '0/3 boss', '1/1 ada']);
  expect(layers.map((one) => one.people[0]?.personId)).toEqual(['first', 'ben']);
  expect(catchAll.people[0]?.personId).toBe('boss');
});

test('people who are known are stored, and the roster is not asked', async () => {
  const roster = {} as Client<typeof Roster>;
  const incidents = { storeLayer: async ({ people }: { people: object }) => people } as unknown as Client<
    typeof Incidents
  >;
  const { resolveLayer } = createLookUpActivities({ roster, incidents });
  const known = { people: [{ personId: 'ada', because: 'person ada', high: [], low: [] }], gaps: [], passedOver: [] };
  const effect = {
    id: 'e',
    kind: 'resolve-layer' as const,
    escalationId: 'response',
    round: 1,
    layer: 2,
    targets: [],
    at: 1,
    known,
  };
  expect(await resolveLayer({ ...incident, effect })).toMatchObject({ effectId: 'e', layer: known });
});
