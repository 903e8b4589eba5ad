import { expect, test } from '@jest/globals';
import type { Delivery, Webhook } from '../api/webhooks.ts';
import { deliveryWords, healthWords } from './webhook-words.ts';

const NOW = Date.UTC(2026, 0, 5, 12);
const ago = (ms: number) => new Date(NOW - ms).toISOString();
const webhook: Webhook = {
  id: 'w',
  name: 'SOAR',
  url: 'https://soar.example/hooks',
  types: [],
  enabled: true,
  disabledBecause: null,
  disabledAt: null,
  failingSince: null,
  lastDeliveredAt: ago(42_000),
  pausedUntil: null,
  oldSecretUntil: null,
  pending: 0,
  failed: 0,
};

test('a webhook’s health is a word and why', () => {
  const health = (some: Partial<Webhook>) => {
    const { word, colour, why } = healthWords({ ...webhook, ...some }, NOW);
    return [word, colour, why];
  };
  expect(health({})).toEqual(['works', 'green', 'Last taken 42 s ago.']);
  expect(health({ lastDeliveredAt: null })[0]).toBe('new');
  expect(health({ failingSince: ago(7_200_000) })).toEqual([
    'failing',
    'red',
    'Nothing was taken for 2 h 0 min. It is tried for three days.',
  ]);
  expect(health({ pausedUntil: ago(-30_000) })[2]).toBe('Its receiver asked to be left alone: 30 s more.');
  expect(health({ pausedUntil: ago(1_000) })[0]).toBe('works');
  expect(health({ enabled: false, disabledBecause: 'failing' })[1]).toBe('red');
  expect(health({ enabled: false, disabledBecause: 'person' })[1]).toBe('gray');
});

test('a message’s fate is said with what came of its last attempt', () => {
  const attempt = (some: Partial<Delivery['attempts'][number]>) => ({
    at: ago(1_000),
    status: null,
    latencyMs: 12,
    reason: 'timeout',
    ...some,
  });
  const said = (some: Partial<Delivery>) => {
    const delivery = { id: 'm', type: 't', incidentId: null, state: 'pending', createdAt: ago(0), body: '' } as const;
    const { word, why } = deliveryWords({ ...delivery, nextAt: null, attempts: [], ...some }, NOW);
    return why === '' ? word : `${word}: ${why}`;
  };
  expect(said({})).toBe('On its way');
  expect(said({ attempts: [attempt({})], nextAt: ago(-60_000) })).toBe(
    'Failing: no answer in time; next try in 1 min 0 s',
  );
  expect(said({ state: 'failed', attempts: [attempt({ status: 500, reason: 'refused' })] })).toBe(
    'Given up: it answered 500',
  );
  expect(said({ state: 'failed', attempts: [attempt({ status: 307, reason: 'redirected' })] })).toBe(
    'Given up: 307, it points elsewhere, which is not followed',
  );
  expect(said({ state: 'delivered', attempts: [attempt({ status: 204, reason: 'taken' })] })).toBe(
    'Taken: after 12 ms',
  );
  expect(said({ state: 'stopped' })).toBe('Stopped: the webhook was disabled first');
});
