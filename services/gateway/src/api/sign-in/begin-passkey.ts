import { z } from 'zod';
import { credentialOptionsSchema } from '../../auth/passkeys.ts';
import { defineOperation } from '../../operations/operation.ts';

const LIFE_MS = 5 * 60_000;

export const beginPasskey = defineOperation({
  id: 'signIn.beginPasskey',
  method: 'POST',
  path: '/sign-in/passkey/options',
  summary: 'Begin to sign in with a passkey',
  role: 'public',
  effect: 'read',
  responses: {
    200: {
      description: 'What `navigator.credentials.get` wants.',
      body: z.object({ ticket: z.string(), options: credentialOptionsSchema }),
    },
  },
  async handle(_call, { passkeys, tickets }) {
    const options = await passkeys.signInOptions();
    const data = { challenge: options.challenge };
    const ticket = await tickets.issue({
      kind: 'passkey-sign-in',
      userId: null,
      organisationId: '',
      data,
      lifeMs: LIFE_MS,
    });
    return { status: 200, body: { ticket, options: { ...options } } };
  },
});
