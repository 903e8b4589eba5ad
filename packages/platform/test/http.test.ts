import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, expect, test } from '@jest/globals';
import express from 'express';
import {
  createHttpServer,
  createLogger,
  currentTrace,
  type HttpServerOptions,
  InvalidInput,
  RateLimited,
  until,
} from '../src/index.ts';

const log = createLogger('test', 'silent');
const stops: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

async function start(options: Partial<HttpServerOptions>) {
  const server = await createHttpServer({ log, port: 0, host: '127.0.0.1', ...options });
  stops.push(() => server.stop());
  return { ...server, url: `http://127.0.0.1:${server.port}` };
}

function app() {
  const app = express();
  app.use(express.json({ limit: '1kb' }));
  app.get('/bug', () => {
    throw new Error('cannot read +49151');
  });
  app.get('/bug-later', async () => {
    throw new Error('cannot read +49151');
  });
  app.get('/things/:id', (_req, res) => {
    res.end();
  });
  app.get('/slow-down', () => {
    throw new RateLimited('slower', { code: 'too-fast', retryAfterMs: 1_200 });
  });
  app.post('/wrong', () => {
    throw new InvalidInput('a layer needs a target', { code: 'layer-empty', field: 'layers[0]' });
  });
  return app;
}

const json = { 'content-type': 'application/json' };

test('headers that are too large, and what is no HTTP, are problems as well', async () => {
  const { url, port } = await start({ app: app() });
  const large = await fetch(`${url}/none`, { headers: { 'x-much': 'x'.repeat(20_000) } });
  expect(large.status).toBe(431);
  expect(large.headers.get('content-type')).toBe('application/problem+json');
  expect(await large.json()).toMatchObject({ status: 431, code: 'headers-too-large' });
  const socket = connect({ port, host: '127.0.0.1' });
  socket.end('EHLO tocsin\r\n\r\n');
  const heard = await text(socket);
  expect(heard).toMatch(/^HTTP\/1\.1 400 /);
  expect(JSON.parse(heard.split('\r\n\r\n')[1] ?? '')).toMatchObject({ status: 400, code: 'not-http' });
});

test.each([
  { what: 'what the app does not know', path: '/none', init: {}, status: 404, code: 'route-not-found' },
  { what: 'a bug', path: '/bug', init: {}, status: 500, code: 'internal' },
  { what: 'a bug after an await', path: '/bug-later', init: {}, status: 500, code: 'internal' },
  { what: 'an error of ours', path: '/wrong', init: { method: 'POST' }, status: 400, code: 'layer-empty' },
  { what: 'a path that is not encoded', path: '/things/%ff', init: {}, status: 400, code: 'path-undecodable' },
  {
    what: 'no JSON',
    path: '/wrong',
    init: { method: 'POST', headers: json, body: '{' },
    status: 400,
    code: 'entity-parse-failed',
  },
  {
    what: 'too much of it',
    path: '/wrong',
    init: { method: 'POST', headers: json, body: JSON.stringify('x'.repeat(2_000)) },
    status: 413,
    code: 'entity-too-large',
  },
])('$what is answered with problem details $status $code', async ({ path, init, status, code }) => {
  const { url } = await start({ app: app() });
  const response = await fetch(url + path, init);
  const text = await response.text();
  expect(response.status).toBe(status);
  expect(response.headers.get('content-type')).toBe('application/problem+json');
  expect(JSON.parse(text)).toMatchObject({ status, code });
  expect(text).not.toContain('49151');
});

test('when to come back is a header too, in whole seconds', async () => {
  const { url } = await start({ app: app() });
  expect((await fetch(`${url}/slow-down`)).headers.get('retry-after')).toBe('2');
});

test('the hot path is asked before the app, in the sender’s trace', async () => {
  const { url } = await start({
    app: app(),
    handler: (request, response) => {
      if (request.url !== '/hot') return false;
      response.end(currentTrace()?.traceId);
      return true;
    },
  });
  const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
  expect(await (await fetch(`${url}/hot`, { headers: { traceparent } })).text()).toBe(
    '0af7651916cd43dd8448eb211c80319c',
  );
  expect((await fetch(`${url}/cold`)).status).toBe(404);
});

test('a port that is taken is said so', async () => {
  const { port } = await start({});
  const second = createHttpServer({ log, port, host: '127.0.0.1' });
  await expect(second).rejects.toMatchObject({ code: 'port-taken', message: expect.stringContaining(String(port)) });
});

test('a stop finishes the request that runs and refuses the next', async () => {
  const gate = Promise.withResolvers<void>();
  let running = false;
  const { url, stop } = await start({
    handler: (_, response) => {
      running = true;
      void gate.promise.then(() => response.end('finished'));
      return true;
    },
  });
  const taken = fetch(url);
  await until(() => running);
  const stopped = stop();
  await expect(fetch(url)).rejects.toThrow();
  gate.resolve();
  expect(await (await taken).text()).toBe('finished');
  await stopped;
});
