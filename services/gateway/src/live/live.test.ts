import { describe, expect, jest, test } from '@jest/globals';
import { createBacklog } from './backlog.ts';
import { createFollower } from './follower.ts';
import type { LiveEvent, LiveStream } from './live-event.ts';

const event = (stream: LiveStream, sequence: number, organisationId = 'acme'): LiveEvent => ({
  stream,
  sequence,
  organisationId,
  name: stream === 'incidents' ? 'incident' : 'page',
  data: { incidentId: 'I', kind: `k${sequence}` },
});

async function textOf(frames: AsyncIterable<string>): Promise<string> {
  let text = '';
  for await (const frame of frames) text += frame;
  return text;
}

describe('what is at hand', () => {
  test('nothing is, before the streams are read', () => {
    const backlog = createBacklog();
    expect(backlog.reaches({ incidents: 5, pages: 5 })).toBe(false);
    backlog.begin('incidents', { after: 5, last: 9 });
    backlog.begin('pages', { after: 0, last: 0 });
    expect(backlog.newest()).toEqual({ incidents: 9, pages: 0 });
    expect(backlog.reaches({ incidents: 5, pages: 0 })).toBe(true);
    expect(backlog.reaches({ incidents: 4, pages: 0 })).toBe(false);
  });

  test('is bounded: what went is said to be missing, and only in its own stream', () => {
    const backlog = createBacklog(3);
    backlog.begin('incidents', { after: 0, last: 0 });
    backlog.begin('pages', { after: 0, last: 0 });
    for (let n = 1; n <= 7; n += 1) backlog.add(event('incidents', n));
    expect(backlog.since({ incidents: 4, pages: 0 }).map(({ sequence }) => sequence)).toEqual([5, 6, 7]);
    expect(backlog.reaches({ incidents: 4, pages: 0 })).toBe(true);
    expect(backlog.reaches({ incidents: 3, pages: 0 })).toBe(false);
  });
});

describe('who follows', () => {
  test('hears each event once, in whatever order replicas heard the streams, and moves on over others’', async () => {
    const follower = createFollower('acme', { incidents: 2, pages: 7 }, () => {});
    follower.offer(event('incidents', 2));
    follower.offer(event('pages', 8));
    follower.offer(event('incidents', 3, 'rival'));
    follower.offer(event('incidents', 4));
    follower.offer(event('incidents', 4));
    follower.end();
    const text = await textOf(follower);
    expect([...text.matchAll(/^id: (.*)$/gm)].map(([, id]) => id)).toEqual(['2-7', '2-8', '4-8']);
    expect(text.match(/^event: /gm)).toHaveLength(2);
  });

  test('is closed when it takes them slower than they come', async () => {
    const closed = jest.fn();
    const follower = createFollower('acme', { incidents: 0, pages: 0 }, closed);
    for (let n = 1; n <= 1_200; n += 1) follower.offer(event('incidents', n));
    expect(closed).toHaveBeenCalledTimes(1);
    const text = await textOf(follower);
    // What it has got by then is where it goes on.
    expect(text.match(/^event: /gm)).toHaveLength(1_000);
  });

  test('leaves at once, also while nothing happens', async () => {
    const closed = jest.fn();
    const follower = createFollower('acme', { incidents: 0, pages: 0 }, closed);
    const events = follower[Symbol.asyncIterator]();
    await events.next();
    const waiting = events.next();
    await events.return?.();
    expect(closed).toHaveBeenCalledTimes(1);
    expect(await waiting).toMatchObject({ done: true });
  });
});
