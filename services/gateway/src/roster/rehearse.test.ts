import { expect, test } from '@jest/globals';
import { dryRun, type Policy, type ResolvedLayer } from '@tocsin/domain';
import { rehearse } from './rehearse.ts';

const AT = Date.UTC(2026, 0, 5, 3);
const MINUTE = 60_000;
const target = (id: string) => ({ kind: 'schedule' as const, id });
const policyOf = (layers: number, rounds: number): Policy => ({
  id: 'p',
  version: '1',
  layers: Array.from({ length: layers }, (_, at) => ({ targets: [target(`s${at + 1}`)], tryForMs: (at + 1) * MINUTE })),
  rounds,
  catchAll: [target('all')],
  catchAllEveryMs: 5 * MINUTE,
  ackTimeoutMs: 0,
});

/** Others each so many minutes; in some of them nobody, so that when a layer begins depends on who the ones before were. */
function shifting(seed: number, everyMs: number) {
  return (name: string, at: number): ResolvedLayer => {
    const text = `${name}/${seed}/${Math.floor(at / everyMs)}`;
    const mix =
      [...text].reduce((sum, letter) => Math.imul(sum ^ letter.charCodeAt(0), 16_777_619), 2_166_136_261) >>> 8;
    if (mix % 4 === 0) return { people: [], gaps: [`schedule ${name}`] };
    const rule = { contactMethodId: 'sms', channel: 'sms' as const, delayMs: 0, repeats: 0, repeatEveryMs: 0 };
    return { people: [{ personId: `p${mix % 7}`, high: [rule], low: [rule], because: `schedule ${name}` }], gaps: [] };
  };
}

const nameOf = (policy: Policy, layer: number) => (layer > policy.layers.length ? 'all' : `s${layer}`);

test.each(Array.from({ length: 20 }, (_, seed) => seed))(
  'is what the rules do that can ask at once (%i)',
  async (seed) => {
    const policy = policyOf(1 + (seed % 4), 1 + (seed % 3));
    const who = shifting(seed, (1 + (seed % 5)) * MINUTE);
    const asked = dryRun(policy, (layer, at) => who(nameOf(policy, layer), at), AT, 'high');
    const run = await rehearse(policy, AT, 'high', async ([one], at) => who(one!.id, at));
    expect(run).toEqual({ timeline: asked.timeline, endsAt: asked.endsAt, truncated: asked.truncated });
  },
);

test('that would have to guess for too long is cut off where it would begin to', async () => {
  // No two ways through the layers lead to the same instant, so that little of what was asked for is asked again.
  const { layers, ...rest } = policyOf(6, 100);
  const policy = { ...rest, layers: layers.map((one, at) => ({ ...one, tryForMs: one.tryForMs + 7 ** at })) };
  const who = shifting(3, 1_000);
  const whole = dryRun(policy, (layer, at) => who(nameOf(policy, layer), at), AT, 'high');
  const run = await rehearse(policy, AT, 'high', async ([one], at) => who(one!.id, at));
  expect(run.truncated).toBe(true);
  expect(run.timeline.length).toBeGreaterThan(10);
  expect(run.timeline).toEqual(whole.timeline.slice(0, run.timeline.length));
});

test('of a policy that would page a whole company is refused', async () => {
  const rule = { contactMethodId: 'sms', channel: 'sms' as const, delayMs: 0, repeats: 9, repeatEveryMs: 1_000 };
  const people = Array.from({ length: 60 }, (_, at) => ({
    personId: `p${at}`,
    high: [rule],
    low: [],
    because: 'team all',
  }));
  const everybody = async () => ({ people, gaps: [] });
  await expect(rehearse(policyOf(1, 1), AT, 'high', everybody)).rejects.toMatchObject({
    name: 'InvalidInput',
    code: 'dry-run-too-large',
  });
});

test('shows who is passed over where the layer begins', async () => {
  const reason = 'no-contact-method';
  const run = await rehearse(policyOf(1, 1), AT, 'high', async ([one], at) => ({
    ...shifting(1, MINUTE)(one!.id, at),
    passedOver: one!.id === 's1' ? [{ personId: 'mute', because: 'schedule s1', reason }] : [],
  }));
  const skipped = { at: AT, afterMs: 0, round: 1, layer: 1, kind: 'skipped', personId: 'mute', because: 'schedule s1' };
  expect(run.timeline.filter(({ kind }) => kind === 'skipped')).toEqual([{ ...skipped, reason }]);
});
