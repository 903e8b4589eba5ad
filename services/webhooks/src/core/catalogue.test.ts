import { describe, expect, test } from '@jest/globals';
import { MESSAGE_TYPES, typeOfEntry, wants } from './catalogue.ts';
import { createMessage, messageId } from './message.ts';

describe('the types of messages', () => {
  test('are named once each, and no kind of entry makes two', () => {
    const types = MESSAGE_TYPES.map(({ type }) => type);
    expect(new Set(types).size).toBe(types.length);
    const kinds = MESSAGE_TYPES.flatMap((one) => one.kinds);
    expect(new Set(kinds).size).toBe(kinds.length);
    for (const type of types) expect(type).toMatch(/^[a-z]+\.[a-z_]+$/);
  });

  test('tell what a receiver needs of an entry, and nothing besides', () => {
    const detail = (kind: string, data: Record<string, unknown>) => typeOfEntry(kind)?.detail(data);
    const response = { escalation: 'response', answer: 'a1', round: 1, layer: 2, afterMs: 9_000 };
    expect(detail('accepted', { ...response, person: 'ada', channel: 'sms' })).toEqual({
      personId: 'ada',
      escalation: 'response',
      channel: 'sms',
    });
    expect(detail('layer-started', { ...response, people: ['ada', 'ben'], because: ['x', 'y'] })).toEqual({
      escalation: 'response',
      round: 1,
      layer: 2,
      catchAll: false,
      personIds: ['ada', 'ben'],
    });
    expect(detail('severity-raised', { from: 'low', to: 'high' })).toEqual({ from: 'low', to: 'high', personId: null });
    expect(detail('snoozed', { person: 'ada', until: 0 })).toEqual({
      personId: 'ada',
      until: '1970-01-01T00:00:00.000Z',
    });
    expect(detail('gap', { target: 'schedule night shift' })).toEqual({
      target: { kind: 'schedule', id: 'night shift' },
    });
    expect(detail('closed', { by: 'source' })).toEqual({ by: 'source', personId: null });
    expect(detail('closed', { by: 'ada' })).toEqual({ by: 'person', personId: 'ada' });
    expect(typeOfEntry('page-planned')).toBeUndefined();
  });

  test('of none are all', () => {
    expect(wants([], 'incident.opened')).toBe(true);
    expect(wants(['incident.closed'], 'incident.opened')).toBe(false);
  });
});

test('the same fact is the same message, and its id has no full stop, which the signature parts by', () => {
  expect(messageId('01J/0-4')).toBe(messageId('01J/0-4'));
  expect(messageId('01J/0-4')).not.toBe(messageId('01J/0-5'));
  expect(messageId('01J/note/user/x.y')).toMatch(/^msg_[\w-]{24}$/);
  const at = new Date(0);
  expect(JSON.parse(createMessage('a', { type: 'webhook.test', at, data: { a: 1 } }).body)).toEqual({
    type: 'webhook.test',
    timestamp: '1970-01-01T00:00:00.000Z',
    data: { a: 1 },
  });
});
