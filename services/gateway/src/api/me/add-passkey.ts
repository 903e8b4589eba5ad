import { Conflict, Unauthenticated } from '@tocsin/platform';
import { z } from 'zod';
import { ownSession } from '../../auth/own-session.ts';
import { credentialSchema } from '../../auth/passkeys.ts';
import { defineOperation } from '../../operations/operation.ts';
import { tokenSchema } from '../fields.ts';
import { passkeySchema, passkeyView } from './passkey-view.ts';

const MOST = 20;

export const addPasskey = defineOperation({
  id: 'me.addPasskey',
  method: 'POST',
  path: '/me/passkeys',
  summary: 'Add a passkey',
  role: 'observer',
  sessionOnly: true,
  fresh: true,
  body: z.strictObject({
    ticket: tokenSchema,
    name: z.string().trim().min(1).max(60).describe('What its owner calls the device.'),
    credential: credentialSchema,
  }),
  responses: { 201: { description: 'Added.', body: passkeySchema } },
  async handle({ principal, body, audit }, { users, passkeys, tickets, clock }) {
    const { id, organisationId } = ownSession(principal);
    const { userId, data } = await tickets.redeem('passkey-registration', body.ticket);
    if (userId !== id) throw new Unauthenticated('this was begun by somebody else', { code: 'ticket-invalid' });
    const registered = await passkeys.register(body.credential, data.challenge ?? '');
    const passkey = { ...registered, name: body.name, createdAt: new Date(clock()), lastUsedAt: null };
    await audit.change(async (tx) => {
      const user = await users.of(organisationId, id, tx);
      if (user.passkeys.length >= MOST) {
        throw new Conflict(`there are ${MOST} passkeys already`, { code: 'passkeys-too-many' });
      }
      await users.update(id, { passkeys: [...user.passkeys, passkey] }, tx);
      return { result: undefined, said: { target: { kind: 'user', id }, fields: ['passkeys'] } };
    });
    return { status: 201, body: passkeyView(passkey) };
  },
});
