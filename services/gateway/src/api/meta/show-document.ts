import { z } from 'zod';
import { defineOperation } from '../../operations/operation.ts';

export const showDocument = defineOperation({
  id: 'meta.document',
  method: 'GET',
  path: '/openapi.json',
  summary: 'This document',
  role: 'public',
  responses: { 200: { description: 'OpenAPI 3.1.', body: z.looseObject({ openapi: z.string() }) } },
  async handle(_call, { document }) {
    return { status: 200, body: document as { openapi: string } };
  },
});
