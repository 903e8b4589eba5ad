import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { expectExercised } from '../api.ts';
import { type Fakes, OPENED, serveFakes } from '../fake-services.ts';
import { type Harness, openHarness, type SignedIn } from '../harness.ts';

let harness: Harness;
let fakes: Fakes;
let observer: SignedIn;
beforeAll(async () => {
  harness = await openHarness();
  fakes = await serveFakes(harness);
  observer = await harness.user('observer');
});
afterAll(async () => {
  await fakes?.stop();
  await harness?.close();
});

test('an alert has its bytes, what was decided, and why', async () => {
  const { body } = await harness.api.call('alerts.show', { as: observer, params: { alertId: 'a' } });
  expect(body).toMatchObject({
    action: 'trigger',
    severity: 'critical',
    receivedAt: new Date(OPENED).toISOString(),
    reasons: ['no-severity'],
    decision: { incidentId: fakes.incident.id, notify: true, reason: 'new-incident' },
    envelope: { encoding: 'utf8', body: '{"id":"db-17"}', bodyBytes: 14, truncated: false },
  });
});

test('a list says of each alert why it did or did not page', async () => {
  const { body } = await harness.api.call('alerts.list', { as: observer, query: { integration: 'siem', limit: 1 } });
  expect(body).toEqual({
    items: [
      {
        id: 'a',
        integrationId: 'siem',
        source: 'generic',
        action: 'trigger',
        severity: 'critical',
        title: 'db-17 unreachable',
        dedupKey: '',
        groupKey: '',
        receivedAt: new Date(OPENED).toISOString(),
        sourceAt: null,
        drill: false,
        malformed: false,
        reasons: ['no-severity'],
        decision: {
          incidentId: fakes.incident.id,
          notify: true,
          reason: 'new-incident',
          at: new Date(OPENED + 50).toISOString(),
        },
      },
    ],
    nextCursor: 'more',
  });
  const other = await harness.api.call('alerts.list', { as: observer, query: { integration: 'other' } });
  expect(other.body).toMatchObject({ items: [] });
});

test('bytes that are no text come as base64', async () => {
  const { body } = await harness.api.call('alerts.show', { as: observer, params: { alertId: 'binary' } });
  expect(body).toMatchObject({ envelope: { encoding: 'base64', body: '//4=', bodyBytes: 2 } });
});

test('one that is kept no longer is not found', async () => {
  expect(await harness.api.ask('alerts.show', { as: observer, params: { alertId: 'gone' } })).toMatchObject({
    status: 404,
    body: { code: 'alert-unknown' },
  });
});

expectExercised('alerts');
