import { Unauthenticated } from '@tocsin/platform';
import type { ClientSession } from 'mongodb';
import { z } from 'zod';
import { signIn, wrongCredentials } from '../../auth/sign-in.ts';
import { recoveryCodeHash, stepOfCode } from '../../auth/totp.ts';
import type { Deps } from '../../deps.ts';
import { defineOperation } from '../../operations/operation.ts';
import type { UserRow } from '../../store/collections.ts';
import { tokenSchema } from '../fields.ts';
import { meOf } from '../me/me-view.ts';
import { signedInSchema } from './signed-in.ts';

export const withSecondFactor = defineOperation({
  id: 'signIn.withSecondFactor',
  method: 'POST',
  path: '/sign-in/second-factor',
  summary: 'Finish a sign-in with a code',
  description:
    'A code of the authenticator app, or one of the recovery codes; each works once. A passkey needs no ticket.',
  role: 'public',
  body: z.strictObject({ ticket: tokenSchema, code: z.string().trim().min(6).max(20) }),
  responses: { 200: { description: 'Signed in.', body: signedInSchema } },
  async handle(call, deps) {
    const { ticket, code } = call.body;
    const { userId } = await deps.tickets.tryOnce('second-factor', ticket);
    const user = userId === null ? undefined : await deps.users.byId(userId);
    if (!user) throw wrongCredentials();
    const { network, cookies } = call.caller;
    const attempt = { account: user.emailIndex, network, deviceCookie: cookies.device };
    const signedIn = await deps.throttle.attempt(attempt, async () => {
      const useCode = codeUse(user, code, deps);
      return signIn(call, deps, user, 'password', async (tx) => {
        await deps.tickets.redeem('second-factor', ticket, tx);
        return useCode(tx);
      });
    });
    const me = await meOf({ ...user, kind: 'user', id: user._id }, deps);
    return { status: 200, body: { next: 'nothing' as const, me }, cookies: signedIn };
  },
});

/** Uses a code up, in the sign-in's transaction: the same code in two sign-ins at once signs in one. */
function codeUse(
  user: UserRow,
  code: string,
  { users, collections, clock }: Deps,
): (tx: ClientSession) => Promise<string[]> {
  const mine = { _id: user._id };
  if (!/^\d{6}$/.test(code)) {
    const hash = recoveryCodeHash(code);
    return async (session) => {
      const used = { $pull: { recoveryCodes: hash }, $inc: { version: 1 } };
      const { modifiedCount } = await collections.users.updateOne({ ...mine, recoveryCodes: hash }, used, { session });
      if (modifiedCount === 0) throw wrongCode();
      return ['recoveryCodes'];
    };
  }
  const secret = user.totp && users.unseal(user, 'totp', user.totp.secret);
  const step = secret === null ? undefined : stepOfCode(secret, code, clock());
  if (step === undefined) throw wrongCode();
  return async (session) => {
    const fresh = { ...mine, 'totp.lastStep': { $lt: step } };
    const { modifiedCount } = await collections.users.updateOne(
      fresh,
      { $set: { 'totp.lastStep': step } },
      { session },
    );
    if (modifiedCount === 0) throw wrongCode();
    return [];
  };
}

function wrongCode(): Unauthenticated {
  return new Unauthenticated('the code is wrong, or was used already', { code: 'code-wrong' });
}
