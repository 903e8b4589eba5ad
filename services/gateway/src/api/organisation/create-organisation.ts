import { createClient, services } from '@tocsin/platform';
import { z } from 'zod';
import { etagOf } from '../../http/etag.ts';
import { defineOperation } from '../../operations/operation.ts';
import { inOurWords } from '../../roster/in-our-words.ts';
import { readOrganisation } from '../../roster/items.ts';
import { personItem } from '../people/person-item.ts';
import { putPersonSchema } from '../people/person-schema.ts';
import { policySchema } from '../policies/policy-schema.ts';
import { organisationSchema } from './organisation-schema.ts';

export const createOrganisation = defineOperation({
  id: 'organisation.create',
  method: 'POST',
  path: '/organisation',
  summary: 'Begin the organisation, where nobody has',
  description:
    'It needs a default policy, and that somebody to page: so they begin together, and the rest is added one at a time.',
  role: 'admin',
  body: z.strictObject({
    ...organisationSchema.omit({ id: true }).shape,
    people: z.array(putPersonSchema),
    policies: z.array(policySchema),
  }),
  responses: {
    201: { description: 'It has begun.', body: organisationSchema, headers: { ETag: 'Of this version.' } },
  },
  async handle({ principal: { organisationId }, body, caller: { requestKey }, audit }, { nc }) {
    const { name, defaultPolicyId, people, policies } = body;
    const file = {
      organisation: { id: organisationId, name, defaultPolicyId },
      people: people.map(personItem),
      teams: [],
      schedules: [],
      policies,
    };
    const request = { organisationJson: JSON.stringify(file), onlyNew: true };
    await audit.around({ target: { kind: 'organisation', id: organisationId }, fields: Object.keys(body) }, () =>
      inOurWords(() => createClient(nc, services.roster).apply(request, { key: requestKey })),
    );
    const { value, revision } = await readOrganisation(nc, organisationId);
    return { status: 201, headers: { ETag: etagOf(revision) }, body: value as z.input<typeof organisationSchema> };
  },
});
