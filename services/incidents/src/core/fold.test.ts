import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type FoldAlert, type FoldState, foldAlert } from './fold.ts';

const NOW = Date.UTC(2026, 0, 5, 3);
const route = () => ({ nowhere: false, teamId: 't', policyId: 'p', reason: 'route r' });

function alert(over: Partial<FoldAlert> = {}): FoldAlert {
  return {
    alertId: 'a',
    organisationId: 'o',
    integrationId: 'i',
    action: 'trigger',
    dedupKey: 'd',
    groupKey: 'd',
    severity: 'high',
    receivedAt: NOW,
    sourceAt: null,
    drill: false,
    teamHint: '',
    title: 'title',
    ...over,
  };
}

function folding() {
  let ids = 0;
  const state: FoldState = { members: new Map(), claims: new Map(), incidents: new Map() };
  const fold = (over: Partial<FoldAlert>) => foldAlert(state, alert(over), route, () => `I${++ids}`);
  return { state, fold };
}

test('trigger, resolve and trigger by the source end firing, in whatever order they come', () => {
  const three = [
    { action: 'trigger', sourceAt: NOW - 3_000 },
    { action: 'resolve', sourceAt: NOW - 2_000 },
    { action: 'trigger', sourceAt: NOW - 1_000 },
  ] as const;
  fc.assert(
    fc.property(fc.shuffledSubarray([...three], { minLength: 3 }), (order) => {
      const { state, fold } = folding();
      for (const one of order) fold(one);
      expect(state.members.get('o|i|real|d')?.firing).toBe(true);
      expect([...state.incidents.values()].at(-1)).toMatchObject({ firing: 1, members: 1 });
    }),
  );
});

test.each([
  ['the first alert opens an incident', [{}], 'new-incident'],
  ['the same again is a repeat, and nobody is told', [{}, {}], 'repeat'],
  ['another member of the group joins', [{ groupKey: 'g' }, { dedupKey: 'e', groupKey: 'g' }], 'new-member'],
  ['a resolve of what fires', [{}, { action: 'resolve' as const }], 'resolved'],
  ['a resolve of what nobody saw is remembered', [{ action: 'resolve' as const }], 'resolved-unseen'],
  ['what fired and resolved fires again', [{}, { action: 'resolve' as const }, {}], 'fires-again'],
  ['a worse severity is news', [{ severity: 'low' as const }, { severity: 'critical' as const }], 'severity-raised'],
  ['a milder severity is not', [{ severity: 'critical' as const }, { severity: 'low' as const }], 'repeat'],
  ['an acknowledgement by the source is noted', [{}, { action: 'acknowledge' as const }], 'acknowledged-by-source'],
  [
    'a late trigger that is older than the resolve changes nothing',
    [{ action: 'resolve' as const, sourceAt: NOW }, { sourceAt: NOW - 1_000 }],
    'older-than-known',
  ],
  [
    'of two at the same instant the trigger counts',
    [{ sourceAt: NOW }, { action: 'resolve' as const, sourceAt: NOW }],
    'older-than-known',
  ],
  [
    'a clock more than five minutes off is not asked',
    [{ sourceAt: NOW }, { action: 'resolve' as const, sourceAt: NOW - 3_600_000 }],
    'resolved',
  ],
])('%s', (_, alerts, reason) => {
  const { fold } = folding();
  const decisions = alerts.map((one) => fold(one));
  expect(decisions.at(-1)?.reason).toBe(reason);
});

test('a drill never joins what is real', () => {
  const { state, fold } = folding();
  fold({ groupKey: 'g' });
  fold({ groupKey: 'g', dedupKey: 'e', drill: true });
  fold({ groupKey: 'g', drill: true });
  expect([...state.incidents.values()]).toMatchObject([
    { drill: false, members: 1 },
    { drill: true, members: 2 },
  ]);
});

test('repeats change a count and no version', () => {
  const { state, fold } = folding();
  for (let i = 0; i < 1_000; i += 1) fold({});
  expect(state.incidents.get('I1')).toMatchObject({ version: 1, alerts: 1_000, members: 1 });
});

test('a route to nowhere opens nothing, and says so', () => {
  const state: FoldState = { members: new Map(), claims: new Map(), incidents: new Map() };
  const decision = foldAlert(
    state,
    alert(),
    () => ({ ...route(), nowhere: true }),
    () => 'I',
  );
  expect(decision).toMatchObject({ incidentId: '', notify: false, reason: 'routed-nowhere: route r' });
});
