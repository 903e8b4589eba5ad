import { z } from 'zod';
import { credentialSchema } from '../../auth/passkeys.ts';
import { signIn, wrongCredentials } from '../../auth/sign-in.ts';
import { defineOperation } from '../../operations/operation.ts';
import { tokenSchema } from '../fields.ts';
import { meOf } from '../me/me-view.ts';
import { signedInSchema } from './signed-in.ts';

export const withPasskey = defineOperation({
  id: 'signIn.withPasskey',
  method: 'POST',
  path: '/sign-in/passkey',
  summary: 'Sign in with a passkey',
  description: 'A passkey is both factors: the device has it, and has checked that it is in its owner’s hands.',
  role: 'public',
  body: z.strictObject({ ticket: tokenSchema, credential: credentialSchema }),
  responses: { 200: { description: 'Signed in.', body: signedInSchema } },
  async handle(call, deps) {
    const { ticket, credential } = call.body;
    const { challenge = '' } = (await deps.tickets.redeem('passkey-sign-in', ticket)).data;
    const user = await deps.collections.users.findOne({ 'passkeys.id': credential.id });
    const passkey = user?.passkeys.find(({ id }) => id === credential.id);
    if (!user || !passkey) throw wrongCredentials();
    const counter = await deps.passkeys.verify(credential, challenge, passkey);
    const used = { 'passkeys.$.counter': counter, 'passkeys.$.lastUsedAt': new Date(deps.clock()) };
    const cookies = await signIn(call, deps, user, 'passkey', async (session) => {
      await deps.collections.users.updateOne({ 'passkeys.id': passkey.id }, { $set: used }, { session });
      return [];
    });
    const me = await meOf({ ...user, kind: 'user', id: user._id }, deps);
    return { status: 200, body: { next: 'nothing' as const, me }, cookies };
  },
});
