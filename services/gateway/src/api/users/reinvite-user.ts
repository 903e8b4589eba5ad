import { Conflict } from '@tocsin/platform';
import { issueInvitationLink } from '../../auth/invitation-link.ts';
import { requireRoleOver } from '../../auth/users.ts';
import { defineOperation } from '../../operations/operation.ts';
import { invitationSchema } from './invite-user.ts';
import { userParams, userView } from './user-view.ts';

export const reinviteUser = defineOperation({
  id: 'users.reinvite',
  method: 'POST',
  path: '/users/{userId}/invitation',
  summary: 'Make a user a new link',
  description:
    'For who lost the first one, or the password, or the second factor. Nothing of before is gone until the link is used.',
  role: 'admin',
  params: userParams,
  responses: { 201: { description: 'A new link; those before are void.', body: invitationSchema } },
  async handle({ principal, params, audit }, deps) {
    const { user, link } = await audit.change(async (tx) => {
      const user = await deps.users.of(principal.organisationId, params.userId, tx);
      requireRoleOver(principal, user.role);
      if (user.status === 'disabled') throw new Conflict('the user is disabled', { code: 'user-disabled' });
      const link = await issueInvitationLink(user, deps, tx);
      return { result: { user, link }, said: { target: { kind: 'user', id: user._id }, fields: ['invitation'] } };
    });
    return { status: 201, body: { user: userView(user, deps.users), link } };
  },
});
