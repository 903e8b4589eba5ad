import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { operations } from '../src/api/operations.ts';
import { defineOperation } from '../src/operations/operation.ts';
import { type Harness, openHarness, type SignedIn } from './harness.ts';

let harness: Harness;
let owner: SignedIn;
let key: { secret: string };
const broken = defineOperation({
  id: 'test.broken',
  method: 'GET',
  path: '/test/broken',
  summary: 'Has a bug',
  role: 'public',
  responses: { 204: { description: 'Never.' } },
  handle: async () => {
    throw new Error('cannot read +49151');
  },
});
const things = ['{thingId}', 'export'].map((last) =>
  defineOperation({
    id: `things.${last}`,
    method: 'GET',
    path: `/things/${last}`,
    summary: 'Answers with its id',
    role: 'public',
    responses: { 200: { description: 'Its id.', body: z.object({ id: z.string() }) } },
    handle: async () => ({ status: 200, body: { id: `things.${last}` } }),
  }),
);
beforeAll(async () => {
  harness = await openHarness({ overrides: { operations: [things[0]!, ...operations, broken, things[1]!] } });
  owner = await harness.owner();
  key = await harness.key('owner');
});
afterAll(() => harness?.close());

const json = { 'content-type': 'application/json' };
const bearer = () => ({ authorization: `Bearer ${key.secret}` });
const invite = (email: string) => JSON.stringify({ email, name: 'N', role: 'observer' });

async function send(path: string, init: RequestInit = {}, url = harness.url) {
  const response = await fetch(url + path, init);
  const text = await response.text();
  const body = text.startsWith('{') ? (JSON.parse(text) as Record<string, unknown>) : {};
  return { status: response.status, headers: response.headers, body, text };
}

describe('what goes wrong is a problem', () => {
  test.each([
    { what: 'another path', path: '/api/v1/none', init: {}, status: 404, code: 'route-not-found' },
    { what: 'the place of the console', path: '/', init: {}, status: 404, code: 'route-not-found' },
    { what: 'another method', path: '/api/v1/me', init: { method: 'PUT' }, status: 405, code: 'method-not-allowed' },
    { what: 'another case of the path', path: '/api/v1/Me', init: {}, status: 404, code: 'route-not-found' },
    {
      what: 'a type that is not had',
      path: '/api/v1/me',
      init: { headers: { accept: 'text/csv' } },
      status: 406,
      code: 'not-acceptable',
    },
    {
      what: 'a body of another type',
      path: '/api/v1/users',
      init: { method: 'POST', headers: { 'content-type': 'text/plain' }, body: '{}' },
      status: 415,
      code: 'content-type-unsupported',
    },
    {
      what: 'no JSON',
      path: '/api/v1/users',
      init: { method: 'POST', headers: json, body: '{' },
      status: 400,
      code: 'entity-parse-failed',
    },
    { what: 'no body', path: '/api/v1/users', init: { method: 'POST' }, status: 400, code: 'body-missing' },
    {
      what: 'a body where none is taken',
      path: '/api/v1/users/01ARZ3NDEKTSV4RRFFQ69G5FAV/invitation',
      init: { method: 'POST', headers: json, body: '{}' },
      status: 400,
      code: 'body-unexpected',
    },
    {
      what: 'too much of it',
      path: '/api/v1/users',
      init: { method: 'POST', headers: json, body: JSON.stringify('x'.repeat(300_000)) },
      status: 413,
      code: 'entity-too-large',
    },
    {
      what: 'an unknown field',
      path: '/api/v1/users',
      init: {
        method: 'POST',
        headers: json,
        body: '{"email":"a@b.example","name":"n","role":"observer","admin":true}',
      },
      status: 400,
      code: 'body-invalid',
      field: 'admin',
    },
    {
      what: 'a wrong field',
      path: '/api/v1/users',
      init: { method: 'POST', headers: json, body: '{"email":"a","name":"n","role":"observer"}' },
      status: 400,
      code: 'body-invalid',
      field: 'email',
    },
    {
      what: 'a wrong query',
      path: '/api/v1/users?limit=201',
      init: {},
      status: 400,
      code: 'query-invalid',
      field: 'limit',
    },
    {
      what: 'a field of the query twice',
      path: '/api/v1/users?limit=1&limit=2',
      init: {},
      status: 400,
      code: 'query-invalid',
      field: 'limit',
    },
    { what: 'a wrong id', path: '/api/v1/users/me', init: {}, status: 400, code: 'params-invalid', field: 'userId' },
    { what: 'a path that is not encoded', path: '/api/v1/users/%ff', init: {}, status: 400, code: 'path-undecodable' },
    { what: 'a bug', path: '/api/v1/test/broken', init: {}, status: 500, code: 'internal' },
  ])('$what is $status $code', async ({ path, init, status, code, field }) => {
    const answer = await send(path, { ...init, headers: { ...bearer(), ...(init as RequestInit).headers } });
    expect([answer.status, answer.body.code, answer.body.field]).toEqual([status, code, field]);
    expect(answer.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
    expect(answer.body).toMatchObject({
      type: 'about:blank',
      status,
      title: expect.any(String),
      detail: expect.any(String),
    });
    expect(answer.text).not.toContain('49151');
  });

  test('another method says which there are', async () => {
    expect((await send('/api/v1/users', { method: 'DELETE' })).headers.get('allow')).toBe('GET, HEAD, POST');
  });

  test('a path that is written out is not taken for a parameter, wherever it stands in the list', async () => {
    expect((await send('/api/v1/things/export')).body.id).toBe('things.export');
    expect((await send('/api/v1/things/other')).body.id).toBe('things.{thingId}');
  });

  test('who may not is told so before what was sent is looked at', async () => {
    const body = JSON.stringify('x'.repeat(300_000));
    expect((await send('/api/v1/users', { method: 'POST', headers: json, body })).status).toBe(401);
  });
});

describe('headers', () => {
  test('every answer lets nothing run, frame or guess', async () => {
    for (const path of ['/', '/healthz', '/api/v1/sign-in', '/api/docs', '/api/v1/none']) {
      const { headers } = await send(path);
      expect(headers.get('content-security-policy')).toMatch(/^default-src 'none';.*frame-ancestors 'none'$/);
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('referrer-policy')).toBe('no-referrer');
      expect(headers.get('x-powered-by')).toBeNull();
      expect(headers.get('strict-transport-security')).toBeNull();
    }
    expect((await send('/api/v1/sign-in')).headers.get('cache-control')).toBe('no-store');
  });

  test('behind https, cookies are of this host alone and browsers stay with https', async () => {
    const { url, gateway } = await harness.replica(
      {},
      { publicUrl: 'https://tocsin.example', organisationId: 'by-https' },
    );
    expect(gateway.setupLink).toMatch(/^https:\/\/tocsin\.example\/setup#/);
    const body = JSON.stringify({
      token: gateway.setupLink!.split('#')[1],
      email: 'h@example.com',
      name: 'H',
      password: 'correct horse battery',
    });
    const { headers } = await send(
      '/api/v1/setup',
      { method: 'POST', headers: { ...json, origin: 'https://tocsin.example' }, body },
      url,
    );
    expect(headers.get('strict-transport-security')).toBe('max-age=31536000; includeSubDomains');
    expect(headers.getSetCookie()[0]).toMatch(
      /^__Host-tocsin-session=[\w-]{43}; Max-Age=1209600; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
    );
  });
});

describe('a request that another site made a browser send', () => {
  const cookie = () => [...owner.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  test.each([
    { what: 'of the console', headers: () => ({ 'sec-fetch-site': 'same-origin' }), taken: true },
    { what: 'of the console, in an older browser', headers: () => ({ origin: harness.url }), taken: true },
    {
      what: 'of the console by this machine’s name',
      headers: () => ({ origin: harness.url.replace('127.0.0.1', 'localhost') }),
      taken: true,
    },
    { what: 'of another site', headers: () => ({ 'sec-fetch-site': 'cross-site', origin: harness.url }), taken: false },
    { what: 'of a neighbour', headers: () => ({ 'sec-fetch-site': 'same-site' }), taken: false },
    { what: 'of another site, in an older browser', headers: () => ({ origin: 'https://evil.example' }), taken: false },
    { what: 'of nowhere', headers: () => ({ origin: 'null' }), taken: false },
    { what: 'that says nothing and has a session', headers: () => ({}), taken: false },
  ])('$what: $taken', async ({ what, headers, taken }) => {
    const email = `${what.replaceAll(/\W/g, '-')}@example.com`;
    const init = {
      method: 'POST',
      headers: { ...json, cookie: cookie(), ...(headers() as Record<string, string>) },
      body: invite(email),
    };
    const answer = await send('/api/v1/users', init);
    expect([answer.status, answer.body.code]).toEqual(taken ? [201, undefined] : [403, 'cross-site']);
  });

  test('cannot sign a browser in as somebody else', async () => {
    const body = JSON.stringify({ email: owner.email, password: 'correct horse battery' });
    const init = { method: 'POST', headers: { ...json, origin: 'https://evil.example' }, body };
    expect((await send('/api/v1/sign-in/password', init)).status).toBe(403);
  });

  test('may read what it cannot see', async () => {
    const { status, headers } = await send('/api/v1/me', {
      headers: { cookie: cookie(), 'sec-fetch-site': 'cross-site' },
    });
    expect(status).toBe(200);
    expect(headers.get('access-control-allow-origin')).toBeNull();
  });
});
