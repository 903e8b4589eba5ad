import { z } from 'zod';
import { ownSession } from '../../auth/own-session.ts';
import { credentialOptionsSchema } from '../../auth/passkeys.ts';
import { defineOperation } from '../../operations/operation.ts';

const LIFE_MS = 5 * 60_000;

export const beginOwnPasskey = defineOperation({
  id: 'me.beginPasskey',
  method: 'POST',
  path: '/me/passkeys/options',
  summary: 'Begin to add a passkey',
  role: 'observer',
  sessionOnly: true,
  fresh: true,
  effect: 'read',
  responses: {
    200: {
      description: 'What `navigator.credentials.create` wants.',
      body: z.object({ ticket: z.string(), options: credentialOptionsSchema }),
    },
  },
  async handle({ principal }, { users, passkeys, tickets }) {
    const { id, organisationId } = ownSession(principal);
    const user = await users.of(organisationId, id);
    const owner = { id, email: users.emailOf(user), name: users.nameOf(user), passkeys: user.passkeys };
    const options = await passkeys.registrationOptions(owner);
    const data = { challenge: options.challenge };
    const begun = { kind: 'passkey-registration', userId: id, organisationId, data, lifeMs: LIFE_MS } as const;
    return { status: 200, body: { ticket: await tickets.issue(begun), options: { ...options } } };
  },
});
