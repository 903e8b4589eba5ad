import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { operations } from '../../src/api/operations.ts';
import { expectExercised } from '../api.ts';
import { type Harness, openHarness } from '../harness.ts';

let harness: Harness;
beforeAll(async () => {
  harness = await openHarness();
});
afterAll(() => harness?.close());

test('the document has every operation, and nothing else', async () => {
  const { body } = await harness.api.call('meta.document');
  const { openapi, paths } = body as {
    openapi: string;
    paths: Record<string, Record<string, { operationId: string }>>;
  };
  expect(openapi).toBe('3.1.0');
  const described = Object.values(paths).flatMap((item) => Object.values(item).map(({ operationId }) => operationId));
  expect(described.sort()).toEqual(operations.map(({ id }) => id).sort());
});

test('what it refers to is there', async () => {
  const { body } = await harness.api.call('meta.document');
  const { components } = body as { components: { schemas: Record<string, unknown> } };
  const named = [...JSON.stringify(body).matchAll(/"\$ref":"#\/components\/schemas\/(\w+)"/g)].map(([, name]) => name!);
  expect(new Set(named).size).toBeGreaterThan(5);
  for (const name of named) expect(components.schemas).toHaveProperty(name);
  expect(JSON.stringify(body)).not.toContain('$defs');
});

test('what a schema says of its fields is in it', async () => {
  const { body } = await harness.api.call('meta.document');
  const { components } = body as { components: { schemas: Record<string, { properties: Record<string, object> }> } };
  expect(components.schemas.AuditEntry?.properties.position).toMatchObject({ description: '1, 2, 3 … without gaps.' });
  expect(components.schemas.Problem).toMatchObject({ description: 'What went wrong (RFC 9457).' });
});

test('the page for people has every operation, runs nothing, and asks no other host', async () => {
  const response = await fetch(`${harness.url}/api/docs`);
  const page = await response.text();
  expect(response.headers.get('content-type')).toMatch(/^text\/html/);
  for (const { id, path } of operations) {
    expect(page).toContain(`id="${id}"`);
    expect(page).toContain(`<code>${path}</code>`);
  }
  expect(page).not.toMatch(/<script|style=|https?:\/\//);
  expect(response.headers.get('content-security-policy')).toBe(
    "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  );
  const anchors = [...page.matchAll(/href="#([^"]+)"/g)].map(([, name]) => name!);
  for (const name of anchors) expect(page).toContain(`id="${name}"`);
  expect((await fetch(`${harness.url}/api/docs.css`)).headers.get('content-type')).toMatch(/^text\/css/);
});

expectExercised('meta');
