// Writes docs/api.md from the operations: npm run generate
import { writeFile } from 'node:fs/promises';
import { operations } from '../src/api/operations.ts';
import { createDocument } from '../src/openapi/document.ts';
import { renderApiDocs } from './render-api-docs.ts';

const document = createDocument(operations, { baseUrl: new URL('http://127.0.0.1:8000/api/v1') });
await writeFile(new URL('../../../docs/api.md', import.meta.url), renderApiDocs(document));
