import { expect, test } from '@jest/globals';
import type { Notification, Revision } from '@tocsin/notifier-kit';
import { renderPush } from '../src/render-push.ts';

const notification = (fields: Partial<Notification> = {}): Notification => ({
  id: 'p1',
  kind: 'page',
  address: 'secret',
  incidentNumber: 'INC-42',
  severity: 'critical',
  title: 'db-17 unreachable',
  ownerName: '',
  note: '',
  drill: false,
  possibleRepeat: false,
  code: '',
  token: 'a-token',
  attempt: 1,
  usefulUntil: 0,
  ...fields,
});
const said = (fields: Partial<Notification>, revision?: Revision) => {
  const { title, body, kind } = renderPush(notification(fields), 7, revision);
  return `${kind}: ${title}\n${body}`;
};

test('a page says how bad, what, and where; it can be answered', () => {
  expect(renderPush(notification(), 7)).toEqual({
    v: 1,
    kind: 'page',
    tag: 'INC-42',
    at: 7,
    page: 'p1',
    title: 'CRITICAL INC-42',
    body: 'db-17 unreachable',
    path: '/incidents/INC-42',
    token: 'a-token',
  });
});

test.each<[string, Partial<Notification>, Revision | undefined, string]>([
  [
    'a drill that may be a repeat',
    { drill: true, possibleRepeat: true },
    undefined,
    'page: CRITICAL INC-42\ndb-17 unreachable\nThis is a drill.\nPossible repeat.',
  ],
  ['a page of which nothing is known', { title: '' }, undefined, 'page: CRITICAL INC-42\nNo details are known yet.'],
  [
    'a title over many lines',
    { title: 'disk\n\n full\u0000 on db-17' },
    undefined,
    'page: CRITICAL INC-42\ndisk full on db-17',
  ],
  ['who has it', { kind: 'taken', ownerName: 'Ben Ito' }, undefined, 'taken: INC-42\nINC-42 is taken by Ben Ito.'],
  [
    'something new',
    { kind: 'update', note: '2 new members' },
    undefined,
    'update: INC-42\nINC-42: 2 new members.\ndb-17 unreachable',
  ],
  ['an end', { kind: 'resolved' }, undefined, 'resolved: INC-42\nINC-42 is resolved.\ndb-17 unreachable'],
  [
    'what became of a page',
    {},
    { state: 'taken', name: 'Ben Ito' },
    'revision: INC-42\nBen Ito has it.\ndb-17 unreachable',
  ],
])('%s', (_, fields, revision, text) => {
  expect(said(fields, revision)).toBe(text);
});

test('only a page can be answered, and not after it was', () => {
  expect(renderPush(notification({ kind: 'taken' }), 7).token).toBe('');
  expect(renderPush(notification(), 7, { state: 'closed', name: '' })).toMatchObject({ token: '', page: 'p1' });
});

test('a title is cut where a phone would cut it, between letters', () => {
  const { body } = renderPush(notification({ title: '🔥'.repeat(400) }), 7);
  expect([...body]).toHaveLength(181);
  expect(body.endsWith('🔥…')).toBe(true);
});

test('a test asks for no answer, says that it is shown, and takes no incident’s place', () => {
  const test = notification({ kind: 'test', incidentNumber: '', title: '', severity: '' });
  expect(renderPush(test, 7)).toMatchObject({
    kind: 'test',
    tag: 'Tocsin',
    title: 'Tocsin',
    body: 'Test from Tocsin: pages reach you here. Nothing to answer.',
    path: '/',
    page: '',
    token: test.token,
  });
});
