import { readFile } from 'node:fs/promises';
import { expect, test } from '@jest/globals';
import { renderApiDocs } from '../scripts/render-api-docs.ts';
import { operations } from '../src/api/operations.ts';
import { createDocument } from '../src/openapi/document.ts';

const page = renderApiDocs(createDocument(operations, { baseUrl: new URL('http://127.0.0.1:8000/api/v1') }));

test('docs/api.md is what the operations say; where it is not, npm run generate writes it', async () => {
  const committed = await readFile(new URL('../../../docs/api.md', import.meta.url), 'utf8');
  expect(committed).toBe(page);
});

test('it has every operation, and every schema that it refers to', () => {
  for (const { method, path } of operations) expect(page).toContain(`### ${method} ${path}\n`);
  const headings = new Set(
    [...page.matchAll(/^##+ (.+)$/gm)].map(([, title]) => title!.toLowerCase().replaceAll(' ', '-')),
  );
  for (const [, anchor] of page.matchAll(/\]\(#([^)]+)\)/g)) expect(headings).toContain(anchor);
});
