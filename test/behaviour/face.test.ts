import { afterEach, expect, test } from '@jest/globals';
import { type Harness, type HarnessOptions, startHarness } from '../harness/harness.ts';
import { type Visitor, visit } from '../harness/visitor.ts';

let harness: Harness | undefined;
let visitor: Visitor | undefined;
afterEach(async () => {
  const [running, open] = [harness, visitor];
  harness = undefined;
  visitor = undefined;
  open?.close();
  await running?.stop();
});

const ALERT = { action: 'trigger', dedup_key: 'db-17', severity: 'critical', title: 'db-17 unreachable' };

async function open(options: HarnessOptions = {}): Promise<{ h: Harness; ada: Visitor }> {
  harness = await startHarness(options);
  visitor = await visit(harness, 'ada');
  return { h: harness, ada: visitor };
}

interface Shown {
  status: string;
  severity: string;
  owner: { id: string; name: string } | null;
  ladder: {
    head: { saying: string; ownerId: string | null };
    escalations: {
      purpose: string;
      steps: { people: { personId: string; state: string; notifications: { state: string }[] }[] }[];
      news: { personId: string; kind: string }[];
    }[];
  };
}

test('an alert appears as it comes, is accepted in the browser, and the phones go quiet', async () => {
  const { h, ada } = await open({ layers: [['ada', 'ben']] });
  await h.post(ALERT);
  await h.until(() => ada.told.includes('layer-started'), { what: 'the feed to tell of the paging' });
  const [phone, ben] = [h.phone('ada'), h.phone('ben')];
  await h.until(() => [phone, ben].every((one) => one.calls.some((call) => call.status === 'ringing')));
  expect((await ada.get<Shown>('/incidents/INC-1')).ladder.head.saying).toBe('paging');
  expect(await ada.post('/incidents/INC-1/accept')).toMatchObject({ outcome: 'yours', owner: { id: 'ada' } });
  await h.until(() => [phone, ben].every((one) => one.calls.every((call) => call.status !== 'ringing')), {
    what: 'every call to stop ringing',
  });
  await h.until(() => ada.told.includes('accepted'), { what: 'the feed to tell of the accept' });
  const shown = await ada.get<Shown>('/incidents/INC-1');
  expect(shown).toMatchObject({ status: 'acknowledged', owner: { id: 'ada', name: 'Ada' } });
  expect(shown.ladder.head).toMatchObject({ saying: 'has-it', ownerId: 'ada' });
  const people = shown.ladder.escalations[0]!.steps[0]!.people;
  expect(people.map(({ personId, state }) => [personId, state]).sort()).toEqual([
    ['ada', 'accepted'],
    ['ben', 'unanswered'],
  ]);
});

test('who is added in the browser is paged, and the incident stays whose it is', async () => {
  const { h, ada } = await open();
  await h.post(ALERT);
  await h.until(() => h.phone('ada').messages.length > 0);
  await ada.post('/incidents/INC-1/accept');
  await ada.post('/incidents/INC-1/summon', { target: { kind: 'person', id: 'cleo' } });
  await h.until(() => h.phone('cleo').messages.length > 0, { what: 'who was added to be paged' });
  const shown = await ada.get<Shown>('/incidents/INC-1');
  expect(shown.owner).toMatchObject({ id: 'ada' });
  expect(shown.ladder.escalations.map(({ purpose }) => purpose)).toEqual(['response', 'support']);
});

test('an override made in the browser changes who is paged, at once', async () => {
  const { h, ada } = await open({ layers: [[], ['ben']] });
  const instant = (ms: number) => `${new Date(ms).toISOString().slice(0, 19)}Z`;
  const override = { personId: 'cleo', from: instant(Date.now() - 60_000), until: instant(Date.now() + 3_600_000) };
  await ada.post('/schedules/nobody/overrides', override);
  await h.post(ALERT);
  await h.until(() => h.phone('cleo').messages.length > 0, { what: 'who took the shift over to be paged' });
  const { ladder } = await ada.get<Shown>('/incidents/INC-1');
  expect(ladder.escalations[0]!.steps[0]!.people.map(({ personId }) => personId)).toEqual(['cleo']);
  expect(h.phone('ben').messages).toEqual([]);
});

interface DryRun {
  timeline: { kind: string; layer: number; personId?: string; contactMethodId?: string }[];
}

interface Steps {
  ladder: {
    escalations: {
      steps: { layer: number; people: { personId: string; notifications: { contactMethodId: string }[] }[] }[];
    }[];
  };
}

test('a dry run says what the incident then does: whom it pages in which layer, on what', async () => {
  const { h, ada } = await open({ layers: [[], ['ada'], ['ben', 'cleo']], tryFor: '1500ms' });
  const dry = await ada.post<DryRun>('/policies/dry-run', { policyId: 'main', severity: 'critical' });
  const foretold = dry.timeline.flatMap(({ kind, layer, personId, contactMethodId }) =>
    kind === 'page' ? [`${layer} ${personId} ${contactMethodId}`] : [],
  );
  await h.post(ALERT);
  await h.until(() => h.phone('boss').messages.length > 0, { what: 'the catch-all to be paged' });
  const { ladder } = await ada.get<Steps>('/incidents/INC-1');
  const paged = ladder.escalations[0]!.steps.flatMap(({ layer, people }) =>
    people.flatMap(({ personId, notifications }) =>
      notifications.map(({ contactMethodId }) => `${layer} ${personId} ${contactMethodId}`),
    ),
  );
  // The dry run ends with the second time of the catch-all, which here is a minute away.
  expect(new Set(paged)).toEqual(new Set(foretold));
  expect(dry.timeline.filter(({ kind }) => kind === 'gap')).toMatchObject([{ layer: 1 }]);
});

interface Integration {
  id: string;
  lastEventAt: string | null;
  postTo: string;
}

interface Events {
  items: { id: string; title: string; drill: boolean; decision: { notify: boolean; reason: string } | null }[];
}

test('a sender is connected in the browser, posts with the key that is shown, and each event says why it did or did not page', async () => {
  const { h, ada } = await open();
  const made = await ada.post<{ key: string; integration: Integration }>('/integrations', { id: 'edr', name: 'EDR' });
  const send = async (key: string, body: object) => {
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${key}` };
    return (await fetch(made.integration.postTo, { method: 'POST', headers, body: JSON.stringify(body) })).status;
  };
  expect(made.integration.lastEventAt).toBeNull();
  expect(await send(made.key, ALERT)).toBe(202);
  expect(await send(made.key, ALERT)).toBe(202);
  const decided = async (count: number) => {
    const { items } = await ada.get<Events>('/alerts?integration=edr');
    return items.length === count && items.every(({ decision }) => decision !== null) ? items : undefined;
  };
  const events = await h.until(() => decided(2), { what: 'both events to be decided on' });
  expect(events.map(({ decision }) => [decision!.notify, decision!.reason])).toEqual([
    [false, 'repeat'],
    [true, 'new-incident'],
  ]);
  expect((await ada.get<Integration>('/integrations/edr')).lastEventAt).not.toBeNull();

  const { alertId } = await ada.post<{ alertId: string }>('/integrations/edr/test');
  const [tested] = await h.until(() => decided(3), { what: 'the test event to be decided on' });
  expect(tested).toMatchObject({ id: alertId, title: 'Test event', drill: true, decision: { notify: true } });

  const next = await ada.edit<{ key: string }>('POST', '/integrations/edr', '/key', { graceMinutes: 60 });
  expect(await send(next.key, ALERT)).toBe(202);
  expect(await send(made.key, ALERT)).toBe(202);
  await ada.edit('DELETE', '/integrations/edr');
  await h.until(async () => (await send(next.key, ALERT)) === 403, { what: 'the sender to hear that it is disabled' });
});

test('a code that arrives on the phone proves the number, and a test page rings there, of no incident', async () => {
  const { h, ada } = await open();
  const { contactMethods } = await ada.get<{ contactMethods: { id: string; channel: string }[] }>('/people/ada');
  const at = (channel: string) =>
    `/people/ada/contact-methods/${contactMethods.find((one) => one.channel === channel)!.id}`;
  expect(await ada.post(`${at('sms')}/code`)).toMatchObject({ message: { state: 'sent' } });
  await h.until(() => h.phone('ada').messages.length > 0, { what: 'the code to arrive' });
  const [code] = /\d{6}/.exec(h.phone('ada').messages[0]!.body) ?? [];
  await ada.post(`${at('sms')}/verify`, { code });
  expect(await ada.get('/people/ada')).toMatchObject({
    contactMethods: expect.arrayContaining([
      expect.objectContaining({ channel: 'sms', verifiedAt: expect.any(String) }),
      expect.objectContaining({ channel: 'voice', verifiedAt: null }),
    ]),
  });

  const { testId } = await ada.post<{ testId: string }>(`${at('voice')}/test`);
  await h.until(() => h.phone('ada').calls.some((call) => call.status === 'ringing'), { what: 'the test to ring' });
  const { spoken } = await h.phone('ada').answer();
  await h.until(() => spoken.join(' ').includes('This is a test'), { what: 'the test to be spoken' });
  await h.until(
    async () => (await ada.get<{ state: string }>(`${at('voice')}/tests/${testId}`)).state === 'delivered',
    {
      what: 'the test to be known as delivered',
    },
  );
  expect(await h.list()).toEqual([]);
});
