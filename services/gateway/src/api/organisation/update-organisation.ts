import { z } from 'zod';
import { etagOf } from '../../http/etag.ts';
import { defineOperation } from '../../operations/operation.ts';
import { putItem, readOrganisation } from '../../roster/items.ts';
import { organisationSchema } from './organisation-schema.ts';

export const updateOrganisation = defineOperation({
  id: 'organisation.update',
  method: 'PUT',
  path: '/organisation',
  summary: 'Change the organisation’s name or default policy',
  role: 'admin',
  ifMatch: 'required',
  body: z.strictObject(organisationSchema.omit({ id: true }).shape),
  responses: {
    200: { description: 'As it is now.', body: organisationSchema, headers: { ETag: 'Of this version.' } },
  },
  async handle({ principal: { organisationId }, body, caller: { ifMatch: seen, requestKey }, audit }, { nc }) {
    const item = { id: organisationId, ...body };
    await audit.around(
      { target: { kind: 'organisation', id: organisationId } },
      () => putItem(nc, { organisationId, kind: 'organisation', item, seen, requestKey }),
      (made) => made.flatMap(({ fields }) => fields),
    );
    const { value, revision } = await readOrganisation(nc, organisationId);
    return { status: 200, headers: { ETag: etagOf(revision) }, body: value as z.input<typeof organisationSchema> };
  },
});
