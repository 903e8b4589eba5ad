import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Harness, openHarness } from './harness.ts';

const BIG = 'export const big = 1;\n'.repeat(500);

let harness: Harness;
let consoleDir: string;
beforeAll(async () => {
  consoleDir = await mkdtemp(path.join(tmpdir(), 'tocsin-console-'));
  await mkdir(path.join(consoleDir, 'assets'));
  await writeFile(path.join(consoleDir, 'index.html'), '<!doctype html><title>Tocsin</title>');
  await writeFile(path.join(consoleDir, 'icon.svg'), '<svg/>');
  await writeFile(path.join(consoleDir, 'assets/index-a1b2.js'), 'export {};');
  await writeFile(path.join(consoleDir, 'assets/big-c3d4.js'), BIG);
  await writeFile(path.join(consoleDir, 'assets/big-c3d4.js.br'), brotliCompressSync(BIG));
  await writeFile(path.join(consoleDir, 'assets/big-c3d4.js.gz'), gzipSync(BIG));
  harness = await openHarness({ config: { consoleDir } });
});
afterAll(async () => {
  await harness?.close();
  await rm(consoleDir, { recursive: true, force: true });
});

const open = (where: string, accept = 'text/html', method = 'GET') =>
  fetch(harness.url + where, { method, headers: { accept } });

test.each(['/', '/incidents/INC-7', '/setup'])('%s is the page, which is asked for each time', async (where) => {
  const page = await open(where);
  expect([page.status, page.headers.get('cache-control')]).toEqual([200, 'no-cache']);
  expect(await page.text()).toContain('<title>Tocsin</title>');
  const policy = page.headers.get('content-security-policy') ?? '';
  expect(policy).toContain("script-src 'self';");
  expect(policy).toContain("style-src 'self' 'unsafe-inline';");
  expect(policy).toContain("default-src 'none';");
  expect(policy).toContain("frame-ancestors 'none'");
});

test('what has a hash in its name is kept for good, the rest is not', async () => {
  const script = await open('/assets/index-a1b2.js', '*/*');
  expect(script.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
  expect(script.headers.get('content-type')).toMatch(/javascript/);
  expect((await open('/icon.svg', '*/*')).headers.get('cache-control')).toBe('no-cache');
});

test.each([
  ['gzip, deflate, br, zstd', 'br'],
  ['gzip, deflate', 'gzip'],
  ['br;q=0, gzip', 'gzip'],
  ['identity', null],
])('to who unpacks %s a script is sent as %s, and is the same script', async (accepted, sent) => {
  const headers = { accept: '*/*', 'accept-encoding': accepted };
  const script = await fetch(`${harness.url}/assets/big-c3d4.js`, { headers });
  expect([script.status, script.headers.get('content-encoding')]).toEqual([200, sent]);
  expect(script.headers.get('content-type')).toMatch(/javascript/);
  expect(script.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
  expect(script.headers.get('vary')).toMatch(/accept-encoding/i);
  expect(await script.text()).toBe(BIG);
});

test('a script that was not packed is sent as it is', async () => {
  const script = await fetch(`${harness.url}/assets/index-a1b2.js`, { headers: { 'accept-encoding': 'br' } });
  expect([script.headers.get('content-encoding'), await script.text()]).toEqual([null, 'export {};']);
});

test.each([
  ['/assets/index-gone.js', '*/*', 'GET'],
  ['/assets/index-gone.js', 'text/html', 'GET'],
  ['/incidents/INC-7', 'application/json', 'GET'],
  ['/incidents/INC-7', 'text/html', 'POST'],
  ['/api/v1/nothing', 'text/html', 'GET'],
  ['/api/nothing', 'text/html', 'GET'],
  ['/..%2f..%2fpackage.json', 'text/html', 'GET'],
])('%s as %s by %s is nothing', async (where, accept, method) => {
  const answer = await open(where, accept, method);
  expect(answer.status).toBe(404);
  expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
});

test('the API and its reader are where they were', async () => {
  expect((await open('/api/v1/openapi.json', 'application/json')).status).toBe(200);
  expect((await open('/api/docs')).headers.get('content-security-policy')).not.toContain('script-src');
  expect((await open('/healthz', '*/*')).status).toBe(200);
});
