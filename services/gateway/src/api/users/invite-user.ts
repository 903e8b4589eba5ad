import { z } from 'zod';
import { issueInvitationLink } from '../../auth/invitation-link.ts';
import { roleSchema } from '../../auth/roles.ts';
import { requireRoleOver } from '../../auth/users.ts';
import { requireKnown } from '../../directory/require-known.ts';
import { etagOf } from '../../http/etag.ts';
import { named } from '../../openapi/components.ts';
import { defineOperation } from '../../operations/operation.ts';
import { emailSchema, personIdSchema, userNameSchema } from '../fields.ts';
import { userSchema, userView } from './user-view.ts';

export const invitationSchema = named(
  'Invitation',
  z.object({
    user: userSchema,
    link: z.string().describe('To be given to the user; shown this once, good for a week.'),
  }),
);

export const inviteUser = defineOperation({
  id: 'users.invite',
  method: 'POST',
  path: '/users',
  summary: 'Invite a user',
  role: 'admin',
  body: z.strictObject({
    email: emailSchema,
    name: userNameSchema,
    role: roleSchema,
    personId: personIdSchema.nullable().default(null),
  }),
  responses: {
    201: {
      description: 'Invited.',
      body: invitationSchema,
      headers: { ETag: 'For `users.update`.', Location: 'The user.' },
    },
  },
  async handle({ principal, body, audit }, deps) {
    requireRoleOver(principal, body.role);
    const { organisationId } = principal;
    if (body.personId !== null)
      await requireKnown(deps.nc, organisationId, { kind: 'person', id: body.personId, field: 'personId' });
    const { user, link } = await audit.change(async (tx) => {
      const user = await deps.users.add({ organisationId, ...body }, tx);
      const link = await issueInvitationLink(user, deps, tx);
      return { result: { user, link }, said: { target: { kind: 'user', id: user._id }, fields: Object.keys(body) } };
    });
    const headers = { ETag: etagOf(user.version), Location: `/api/v1/users/${user._id}` };
    return { status: 201, headers, body: { user: userView(user, deps.users), link } };
  },
});
