import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { type Client, connectNats, createClient, type NatsConnection, services, timestamp } from '@tocsin/platform';
import type { Directory } from '@tocsin/proto/roster/v1';
import type { Organisation } from '../src/core/organisation.ts';
import { type Harness, openHarness, organisation, schedule } from './harness.ts';

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

describe('who is on call at an instant', () => {
  test('is said for each schedule and each layer: who, why, until when', async () => {
    const { schedules, policies } = await directory.onCall({
      organisationId,
      at: timestamp(Date.parse('2026-01-06T12:00Z')),
    });
    const until = timestamp(Date.parse('2026-01-12T09:00:00+01:00'));
    const ada = { personId: 'ada', because: 'schedule primary, rotation weekly', until, unreachable: false };
    expect(schedules).toMatchObject([{ scheduleId: 'primary', people: [ada] }]);
    expect(policies).toMatchObject([
      {
        policyId: 'main',
        layers: [
          { layer: 1, people: [ada], gaps: [] },
          { layer: 2, people: [{ personId: 'ada', because: 'team secops' }, { personId: 'ben' }] },
          { layer: 3, people: [{ personId: 'cleo', because: 'person' }] },
        ],
      },
    ]);
    const begun = await h.begin('main', '2026-01-06T12:00Z');
    const paged = [...begun.layers, begun.catchAll!].map((layer) => layer.people.map((one) => one.personId));
    expect(policies[0]!.layers.map((layer) => layer.people.map((one) => one.personId))).toEqual(paged);
  });

  test('a gap says when it ends; who has no contact method is said to be unreachable', async () => {
    const daytime = schedule({
      rotations: [
        { ...schedule().rotations[0]!, restrictions: [{ days: ['mon', 'tue'], from: '09:00', until: '17:00' }] },
      ],
    });
    const whole: Organisation = { ...organisation(), schedules: [daytime] };
    whole.people[0] = { ...whole.people[0]!, contactMethods: [] };
    await h.apply(whole);
    const at = (text: string) =>
      directory.onCall({
        organisationId,
        at: timestamp(Date.parse(text)),
        scheduleIds: ['primary'],
        policyIds: ['main'],
      });
    const night = await at('2026-01-06T20:00Z');
    expect(night.schedules).toMatchObject([{ people: [], nextAt: timestamp(Date.parse('2026-01-12T09:00:00+01:00')) }]);
    expect(night.policies[0]!.layers[0]).toMatchObject({ people: [], gaps: ['schedule primary'] });
    const day = await at('2026-01-06T12:00Z');
    expect(day.schedules[0]!.people).toMatchObject([{ personId: 'ada', unreachable: true }]);
    expect(day.policies[0]!.layers[0]).toMatchObject({ people: [], gaps: ['schedule primary'] });
    const unknown = directory.onCall({ organisationId, at: timestamp(0), policyIds: ['gone'] });
    await expect(unknown).rejects.toMatchObject({ name: 'NotFound', field: 'policy_ids[0]' });
  });
});
