import { z } from 'zod';
import { ownSession } from '../../auth/own-session.ts';
import { newTotp } from '../../auth/totp.ts';
import { defineOperation } from '../../operations/operation.ts';

const LIFE_MS = 15 * 60_000;

export const beginTotp = defineOperation({
  id: 'me.beginTotp',
  method: 'POST',
  path: '/me/totp/options',
  summary: 'Begin to add an authenticator app',
  description: 'Nothing changes before `me.addTotp` shows that the app has the secret.',
  role: 'observer',
  sessionOnly: true,
  fresh: true,
  effect: 'read',
  responses: {
    200: {
      description: 'What the app needs.',
      body: z.object({
        ticket: z.string(),
        secret: z.string().describe('Base32, to be typed.'),
        uri: z.string().describe('To be shown as a QR code.'),
      }),
    },
  },
  async handle({ principal }, { users, tickets }) {
    const { id, organisationId } = ownSession(principal);
    const user = await users.of(organisationId, id);
    const { secret, uri } = newTotp(users.emailOf(user));
    const ticket = await tickets.issue({ kind: 'totp', userId: id, organisationId, data: { secret }, lifeMs: LIFE_MS });
    return { status: 200, body: { ticket, secret, uri } };
  },
});
