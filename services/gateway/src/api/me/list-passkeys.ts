import { z } from 'zod';
import { ownSession } from '../../auth/own-session.ts';
import { defineOperation } from '../../operations/operation.ts';
import { passkeySchema, passkeyView } from './passkey-view.ts';

export const listPasskeys = defineOperation({
  id: 'me.listPasskeys',
  method: 'GET',
  path: '/me/passkeys',
  summary: 'The own passkeys',
  role: 'observer',
  sessionOnly: true,
  responses: { 200: { description: 'All of them.', body: z.object({ items: z.array(passkeySchema) }) } },
  async handle({ principal }, { users }) {
    const { id, organisationId } = ownSession(principal);
    const { passkeys } = await users.of(organisationId, id);
    return { status: 200, body: { items: passkeys.map(passkeyView) } };
  },
});
