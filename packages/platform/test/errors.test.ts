import { describe, expect, test } from '@jest/globals';
import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import { MongoNetworkError, MongoServerError } from 'mongodb';
import {
  Conflict,
  Forbidden,
  fromApplicationFailure,
  Internal,
  InvalidInput,
  isDuplicateKey,
  NotFound,
  RateLimited,
  TocsinError,
  toApplicationFailure,
  toHttpProblem,
  Unauthenticated,
  Unavailable,
} from '../src/index.ts';

const table = [
  { error: new InvalidInput('bad', { code: 'bad', field: 'a.b' }), status: 400, nonRetryable: true },
  { error: new Unauthenticated('who', { code: 'who' }), status: 401, nonRetryable: false },
  { error: new Forbidden('no', { code: 'no' }), status: 403, nonRetryable: false },
  { error: new NotFound('gone', { code: 'gone' }), status: 404, nonRetryable: true },
  { error: new Conflict('taken', { code: 'taken' }), status: 409, nonRetryable: true },
  { error: new RateLimited('slow', { code: 'slow', retryAfterMs: 1_500 }), status: 429, nonRetryable: false },
  { error: new Internal('internal error', { code: 'internal' }), status: 500, nonRetryable: false },
  { error: new Unavailable('later', { code: 'later', retryAfterMs: 2_000 }), status: 503, nonRetryable: false },
];

describe('an error of one class', () => {
  test.each(table)('$error.name is HTTP $status', ({ error, status }) => {
    const { body, ...rest } = toHttpProblem(error);
    expect(rest).toEqual({ status });
    expect(body).toMatchObject({ type: 'about:blank', status, detail: error.message, code: error.code });
    expect(body.field).toBe(error.field);
  });

  test.each(table)('$error.name goes through Temporal and back, final: $nonRetryable', ({ error, nonRetryable }) => {
    const failure = toApplicationFailure(error) as ApplicationFailure;
    expect(failure).toBeInstanceOf(ApplicationFailure);
    expect(failure.nonRetryable).toBe(nonRetryable);
    expect(failure.nextRetryDelay).toBe(error.retryAfterMs);
    const wrapped = new Error('activity failed', { cause: new Error('update failed', { cause: failure }) });
    const back = fromApplicationFailure(wrapped);
    expect(back).toBeInstanceOf(error.constructor);
    expect({ ...back, message: back.message }).toEqual({ ...error, message: error.message });
  });
});

test('a bug reaches neither HTTP nor Temporal with its words or its stack', () => {
  const bug = new TypeError('cannot call +491511234');
  const failure = toApplicationFailure(bug) as ApplicationFailure;
  expect(toHttpProblem(bug)).toMatchObject({ status: 500, body: { code: 'internal', detail: 'internal error' } });
  expect(failure).toMatchObject({ message: 'internal error', type: 'Internal', nonRetryable: false });
  expect(JSON.stringify([toHttpProblem(bug), failure, failure.cause ?? null])).not.toContain('491511234');
});

test('a store that is away is Unavailable everywhere', () => {
  expect(toHttpProblem(new MongoNetworkError('gone'))).toMatchObject({ status: 503, body: { code: 'store-away' } });
});

test('a cancellation stays a cancellation', () => {
  const cancelled = new CancelledFailure('stop');
  expect(toApplicationFailure(cancelled)).toBe(cancelled);
});

test('a class of a newer version is read as Internal with its code', () => {
  const failure = ApplicationFailure.create({ type: 'Teapot', message: 'short', details: [{ code: 'stout' }] });
  expect(fromApplicationFailure(failure)).toMatchObject({ name: 'Internal', code: 'stout', message: 'short' });
});

test('what the body parser refuses keeps its status and repeats nothing of the body', () => {
  const parser = Object.assign(new SyntaxError('Unexpected token s, "secret" is not JSON'), {
    status: 400,
    expose: true,
    type: 'entity.parse.failed',
  });
  const { status, body } = toHttpProblem(parser);
  expect([status, body.code, body.detail]).toEqual([400, 'entity-parse-failed', 'the body cannot be parsed']);
});

test('a duplicate key is told from other refusals', () => {
  expect(isDuplicateKey(new MongoServerError({ message: 'E11000 duplicate key', code: 11000 }))).toBe(true);
  expect(isDuplicateKey(new MongoServerError({ message: 'not primary', code: 10107 }))).toBe(false);
  expect(isDuplicateKey(new TocsinError('x', { code: 'taken' }))).toBe(false);
});
