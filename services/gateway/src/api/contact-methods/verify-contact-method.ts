import { createClient, millis, services } from '@tocsin/platform';
import { z } from 'zod';
import { requireOwnOrAdmin } from '../../auth/own-person.ts';
import { defineOperation } from '../../operations/operation.ts';
import { instantSchema } from '../fields.ts';
import { contactMethodParams, PATH } from './fields.ts';

export const verifyContactMethod = defineOperation({
  id: 'contactMethods.verify',
  method: 'POST',
  path: `${PATH}/verify`,
  summary: 'Say the code that arrived',
  description: 'A wrong one is a 400 with `code-wrong`; after ten minutes or five tries a 409 with `code-expired`.',
  role: 'responder',
  params: contactMethodParams,
  body: z.strictObject({ code: z.string().min(1).max(20).describe('Six digits.') }),
  responses: {
    200: { description: 'The address is proved to be theirs.', body: z.strictObject({ verifiedAt: instantSchema }) },
  },
  async handle({ principal, params, body: { code }, audit }, deps) {
    const { personId, contactMethodId } = params;
    await requireOwnOrAdmin(principal, personId, deps);
    const target = { kind: 'contact-method', id: `${personId}/${contactMethodId}` };
    const wish = { organisationId: principal.organisationId, ...params, code };
    const { verifiedAt } = await audit.around({ target, fields: ['verifiedAt'] }, () =>
      createClient(deps.nc, services.directory).confirmVerification(wish),
    );
    return { status: 200, body: { verifiedAt: new Date(millis(verifiedAt) ?? 0).toISOString() } };
  },
});
