import { describe, expect, test } from '@jest/globals';
import { afterPress, lookOf, type PushMessage, parsePushMessage, whatToShow } from './notification.ts';

const message = (fields: Partial<PushMessage> = {}): PushMessage => ({
  v: 1,
  kind: 'page',
  tag: 'INC-42',
  at: 1_000,
  page: 'p1',
  title: 'CRITICAL INC-42',
  body: 'db-17 unreachable',
  path: '/incidents/INC-42',
  token: 'a-token',
  ...fields,
});
const news = (fields: Partial<PushMessage>) => message({ token: '', page: '', ...fields });

describe('what is read', () => {
  test('is what was sent', () => {
    expect(parsePushMessage(JSON.stringify(message()))).toEqual(message());
  });

  test.each([
    ['no JSON', '<html>'],
    ['nothing', 'null'],
    ['another version', JSON.stringify({ ...message(), v: 2 })],
    ['another kind', JSON.stringify({ ...message(), kind: 'alarm' })],
    ['a field too few', JSON.stringify({ ...message(), body: undefined })],
    ['a path that leads elsewhere', JSON.stringify(message({ path: '//evil.example/x' }))],
    ['an address', JSON.stringify(message({ path: 'https://evil.example/x' }))],
  ])('%s is no message', (_, text) => {
    expect(parsePushMessage(text)).toBeNull();
  });
});

test('a page rings, stays until it is seen to, and can be answered', () => {
  expect(lookOf(whatToShow(message(), null))).toMatchObject({
    tag: 'INC-42',
    renotify: true,
    requireInteraction: true,
    silent: false,
    actions: [{ action: 'accept' }, { action: 'reject' }],
  });
});

test.each<[string, PushMessage, PushMessage, 'came' | 'shown']>([
  ['a newer page takes the place of an older', message({ at: 2, page: 'p2' }), message({ at: 1 }), 'came'],
  ['an older page does not', message({ at: 1 }), message({ at: 2, page: 'p2' }), 'shown'],
  ['what became of a page takes its place', news({ kind: 'revision', page: 'p1', at: 2 }), message({ at: 1 }), 'came'],
  [
    'what became of an older page leaves a newer one',
    news({ kind: 'revision', page: 'p1', at: 9 }),
    message({ at: 1, page: 'p2' }),
    'shown',
  ],
  ['news takes the place of a page', news({ kind: 'taken', at: 2 }), message({ at: 1 }), 'came'],
  ['old news leaves a newer page', news({ kind: 'taken', at: 1 }), message({ at: 2 }), 'shown'],
  ['a page that was late leaves what became of it', message({ at: 1 }), news({ kind: 'revision', at: 2 }), 'shown'],
])('%s', (_, came, shown, stands) => {
  const { message: after, silent } = whatToShow(came, shown);
  expect(after).toBe(stands === 'came' ? came : shown);
  if (stands === 'shown') expect(silent).toBe(true);
});

test('news makes no sound, but something new in an incident does', () => {
  expect(whatToShow(news({ kind: 'taken' }), null).silent).toBe(true);
  expect(whatToShow(news({ kind: 'update' }), null).silent).toBe(false);
});

describe('after a press', () => {
  test('it says what came of it, with nothing left to press', () => {
    const look = lookOf(afterPress(message(), { status: 200, says: 'you have it' }, 5));
    expect(look).toMatchObject({ body: 'You have it.', actions: [], requireInteraction: false, silent: true });
  });

  test('a page that nobody knows any more says so', () => {
    const look = lookOf(afterPress(message(), { status: 404, says: '' }, 5));
    expect(look).toMatchObject({ body: 'This page is not known any more.', actions: [] });
  });

  test.each([null, { status: 503, says: '' }, { status: 429, says: '' }])('%j: it can be pressed again', (heard) => {
    const again = afterPress(message(), heard, 5);
    expect(lookOf(again)).toMatchObject({
      body: expect.stringContaining('Try again.'),
      actions: [{}, {}],
      silent: false,
    });
    // However often: it says so once.
    expect(again.message.token).toBe('a-token');
  });
});

test('a test page rings, says that it is shown, and offers no answer', () => {
  const shown = whatToShow(message({ kind: 'test', page: '' }), null);
  expect(lookOf(shown)).toMatchObject({ silent: false, requireInteraction: false, actions: [] });
  expect(parsePushMessage(JSON.stringify(shown.message))).toEqual(shown.message);
});
