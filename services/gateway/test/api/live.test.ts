import { create, toBinary } from '@bufbuild/protobuf';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { jetstream } from '@nats-io/jetstream';
import { facts, newId, until } from '@tocsin/platform';
import { LoggedSchema } from '@tocsin/proto/incident/v1';
import { ProgressedSchema } from '@tocsin/proto/page/v1';
import { expectExercised } from '../api.ts';
import { type Harness, openHarness, type SignedIn } from '../harness.ts';

let harness: Harness;
let observer: SignedIn;
beforeAll(async () => {
  harness = await openHarness();
  observer = await harness.user('observer');
});
afterAll(() => harness?.close());

interface Heard {
  id: string;
  event: string;
  data: { incidentId: string; kind: string };
}

/** A browser's `EventSource`: what it heard, and how far it came. */
async function listen(url = harness.url, lastEventId?: string, as = observer) {
  const aborted = new AbortController();
  const cookie = [...as.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  const response = await fetch(`${url}/api/v1/live`, {
    headers: { cookie, ...(lastEventId === undefined ? {} : { 'last-event-id': lastEventId }) },
    signal: aborted.signal,
  });
  const heard: Heard[] = [];
  const listener = { response, heard, lastId: '', ended: false, stop: () => aborted.abort() };
  const read = async () => {
    let text = '';
    for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
      text += chunk;
      const frames = text.split('\n\n');
      text = frames.pop() ?? '';
      for (const frame of frames) take(frame);
    }
  };
  const take = (frame: string) => {
    const field = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(frame)?.[1] ?? '';
    if (field('id') !== '') listener.lastId = field('id');
    if (field('event') === '') return;
    heard.push({ id: field('id'), event: field('event'), data: JSON.parse(field('data')) });
  };
  void read()
    .catch(() => undefined)
    .finally(() => {
      listener.ended = true;
    });
  await until(() => listener.lastId !== '', { what: 'the feed to begin' });
  return listener;
}

async function tell(incidentId: string, kind: string, organisationId = 'acme') {
  const fact = create(LoggedSchema, {
    entryId: newId(),
    organisationId,
    incidentId,
    position: 1n,
    kind,
    dataJson: '{}',
  });
  await jetstream(harness.nc).publish(facts.incidentLogged.subject(), toBinary(LoggedSchema, fact));
}

async function progress(incidentId: string, organisationId = 'acme') {
  const fact = create(ProgressedSchema, { factId: newId(), key: { incidentId, organisationId } });
  await jetstream(harness.nc).publish(facts.pageProgressed.subject(), toBinary(ProgressedSchema, fact));
}

const kinds = ({ heard }: { heard: Heard[] }) => heard.map(({ data }) => data.kind);

describe('the feed', () => {
  test('tells what happens, as references, within a second; of one’s own organisation only', async () => {
    const one = await listen();
    expect(one.response.headers.get('content-type')).toMatch(/^text\/event-stream/);
    const toldAt = performance.now();
    await tell('I1', 'opened', 'rival');
    await tell('I1', 'accepted');
    await progress('I1', 'rival');
    await progress('I1');
    await until(() => one.heard.length === 2);
    expect(performance.now() - toldAt).toBeLessThan(1_000);
    expect(one.heard.map(({ event, data }) => [event, data.incidentId, data.kind])).toEqual(
      expect.arrayContaining([
        ['incident', 'I1', 'accepted'],
        ['page', 'I1', 'progressed'],
      ]),
    );
    one.stop();
  });

  test('goes on after a break where it was, with nothing missed and nothing twice', async () => {
    const one = await listen();
    await tell('I2', 'k1');
    await until(() => one.heard.length === 1);
    one.stop();
    await tell('I2', 'k2');
    await progress('I2');
    await tell('I2', 'k3');
    const again = await listen(harness.url, one.lastId);
    await tell('I2', 'k4');
    await until(() => kinds(again).includes('k4'));
    expect(kinds(again).filter((kind) => kind !== 'progressed')).toEqual(['k2', 'k3', 'k4']);
    expect(kinds(again).filter((kind) => kind === 'progressed')).toHaveLength(1);
    again.stop();
  });

  test('goes on at another replica, which began later', async () => {
    const one = await listen();
    await tell('I3', 'k1');
    await until(() => one.heard.length === 1);
    one.stop();
    await tell('I3', 'k2');
    const other = await harness.replica();
    const again = await listen(other.url, one.lastId);
    await until(() => kinds(again).includes('k2'));
    expect(again.heard.some(({ event }) => event === 'reset')).toBe(false);
    again.stop();
  });

  test('says so where what was missed is not at hand any more', async () => {
    const one = await listen(harness.url, '0-0');
    await until(() => one.heard.length > 0);
    expect(['reset', 'incident', 'page']).toContain(one.heard[0]!.event);
    const none = await listen(harness.url, 'not-an-id');
    expect(none.heard).toEqual([]);
    for (const each of [one, none]) each.stop();
  });

  test('ends when the gateway stops', async () => {
    const other = await harness.replica();
    const one = await listen(other.url);
    await other.gateway.stop();
    await until(() => one.ended);
  });
});

test('nobody who is not signed in hears anything', async () => {
  expect((await harness.api.ask('live.follow')).status).toBe(401);
  expect((await harness.api.call('live.follow', { as: observer })).body).toMatch(/^retry: \d+\nid: \d+-\d+\n\n/);
});

expectExercised('live');
