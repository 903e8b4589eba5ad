import type { z } from 'zod';
import { etagOf } from '../../http/etag.ts';
import { defineOperation } from '../../operations/operation.ts';
import { readOrganisation } from '../../roster/items.ts';
import { organisationSchema } from './organisation-schema.ts';

export const showOrganisation = defineOperation({
  id: 'organisation.show',
  method: 'GET',
  path: '/organisation',
  summary: 'The organisation, and its default policy',
  role: 'observer',
  responses: {
    200: { description: 'One’s own.', body: organisationSchema, headers: { ETag: 'Of this version.' } },
  },
  async handle({ principal: { organisationId } }, { nc }) {
    const { value, revision } = await readOrganisation(nc, organisationId);
    return { status: 200, headers: { ETag: etagOf(revision) }, body: value as z.input<typeof organisationSchema> };
  },
});
