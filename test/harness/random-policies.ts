import fc from 'fast-check';
import { numberOf, ORGANISATION } from './organisation.ts';

/** What all times are multiples of: so long that a machine that is busy keeps them apart. */
export const UNIT_MS = 1_500;
const PEOPLE = ['ada', 'ben', 'cleo', 'dee', 'eli'].map((id) => ({ id }));
const EMPTY = 'nobody';
const DAY_MS = 86_400_000;

/** The longest that a policy takes before its catch-all. */
const LONGEST_UNITS = 8;

type Target = { person: string } | { schedule: string } | { team: string };

interface RandomPolicy {
  layers: { targets: Target[]; try_for: string }[];
  rounds: number;
  catch_all: Target[];
  catch_all_every: string;
}

const units = (few: number) => `${few * UNIT_MS}ms`;
const someUnits = (least: number, most: number) => fc.integer({ min: least, max: most });

const target: fc.Arbitrary<Target> = fc.oneof(
  fc.constantFrom(...PEOPLE).map(({ id }) => ({ person: id })),
  fc.constantFrom('one', 'two', EMPTY).map((schedule) => ({ schedule })),
  fc.constantFrom('some', 'all').map((team) => ({ team })),
);
/** Never a schedule alone: nobody may be on call in it. */
const catchAll = fc
  .tuple(
    fc.oneof(
      target.filter((one) => 'person' in one),
      fc.constant({ team: 'all' }),
    ),
    fc.option(target, { nil: undefined }),
  )
  .map(([first, second]) => (second && JSON.stringify(second) !== JSON.stringify(first) ? [first, second] : [first]));
const targets = fc.uniqueArray(target, { minLength: 1, maxLength: 2, selector: (one) => JSON.stringify(one) });

const policy: fc.Arbitrary<RandomPolicy> = fc
  .record({
    layers: fc.array(fc.record({ targets, few: someUnits(1, 3) }), { minLength: 1, maxLength: 3 }),
    rounds: fc.integer({ min: 1, max: 2 }),
    catchAll,
    every: someUnits(1, 2),
  })
  .filter(({ layers, rounds }) => rounds * layers.reduce((all, { few }) => all + few, 0) <= LONGEST_UNITS)
  .map(({ layers, rounds, catchAll, every }) => ({
    layers: layers.map((one) => ({ targets: one.targets, try_for: units(one.few) })),
    rounds,
    catch_all: catchAll,
    catch_all_every: units(every),
  }));

/** Some of a person's contact methods, each after a while and again and again; or none, which is every one at once. */
const person = fc.record({
  channels: fc.subarray(['sms', 'voice'] as const),
  rules: fc.array(
    fc.record({ which: fc.nat(), delay: someUnits(0, 1), repeats: fc.nat({ max: 2 }), every: someUnits(1, 2) }),
    {
      maxLength: 2,
    },
  ),
});

const organisation = (policies: number) =>
  fc.record({
    people: fc.array(person, { minLength: PEOPLE.length, maxLength: PEOPLE.length }),
    some: fc.subarray(PEOPLE.map(({ id }) => id)),
    policies: fc.array(policy, { minLength: policies, maxLength: policies }),
  });

/** The key of the sender whose alerts go by the n-th policy, `p<n>`. */
export function keyOf(n: number): string {
  return `random-policies-integration-key-${String(n).padStart(3, '0')}`;
}

/** An organisation's file with so many random policies, each with a sender and a route of its own. The same seed gives the same. */
export function randomPolicies(seed: number, count: number): string {
  const [drawn] = fc.sample(organisation(count), { seed, numRuns: 1 });
  const { people, some, policies } = drawn!;
  // No shift ends while somebody looks.
  const handoff = new Date(Date.now() + DAY_MS / 2).toISOString().slice(11, 16);
  const rotation = (id: string, members: string[]) => ({
    ...{ id, every: 'day', handoff_time: handoff, anchor_date: '2026-01-05', members },
  });
  const ids = PEOPLE.map(({ id }) => id);
  return JSON.stringify({
    organisation: { id: ORGANISATION, name: 'Random', default_policy: 'p0' },
    people: people.map(({ channels, rules }, at) => {
      const { id } = PEOPLE[at]!;
      const methods = channels.map((channel) => ({ id: `${id}-${channel}`, channel, address: numberOf(PEOPLE, id) }));
      const high = methods.length === 0 ? [] : rules;
      return {
        ...{ id, name: id, contact_methods: methods },
        notification_rules: {
          high: high.map(({ which, delay, repeats, every }) => ({
            ...{ contact_method: methods[which % methods.length]!.id, delay: units(delay), repeats },
            repeat_every: units(every),
          })),
        },
      };
    }),
    teams: [
      { id: 'some', name: 'Some', members: some },
      { id: 'all', name: 'All', members: ids },
    ],
    schedules: [
      { id: EMPTY, name: 'Nobody', time_zone: 'Etc/UTC', rotations: [] },
      { id: 'one', name: 'One', time_zone: 'Etc/UTC', rotations: [rotation('first', ids)] },
      {
        ...{ id: 'two', name: 'Two', time_zone: 'Etc/UTC' },
        rotations: [rotation('first', ids.toReversed()), rotation('second', ids.slice(1))],
      },
    ],
    policies: policies.map((one, n) => ({ id: `p${n}`, name: `Policy ${n}`, ...one })),
    integrations: policies.map((_, n) => ({ id: `i${n}`, name: `Sender ${n}`, key: keyOf(n) })),
    routes: [
      ...policies.map((_, n) => ({ id: `r${n}`, integrations: [`i${n}`], policy: `p${n}` })),
      { id: 'rest', policy: 'p0' },
    ],
  });
}
