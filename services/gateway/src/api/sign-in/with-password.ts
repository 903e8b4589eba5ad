import { z } from 'zod';
import { verifyPassword } from '../../auth/password.ts';
import { signIn, wrongCredentials } from '../../auth/sign-in.ts';
import { defineOperation } from '../../operations/operation.ts';
import type { UserRow } from '../../store/collections.ts';
import { emailSchema } from '../fields.ts';
import { meOf } from '../me/me-view.ts';
import { secondFactorSchema, signedInSchema } from './signed-in.ts';

const SECOND_STEP_MS = 5 * 60_000;

export const withPassword = defineOperation({
  id: 'signIn.withPassword',
  method: 'POST',
  path: '/sign-in/password',
  summary: 'Sign in with mail address and password',
  description: 'Who has a second factor gets a ticket for `signIn.withSecondFactor`; the others are signed in by this.',
  role: 'public',
  body: z.strictObject({ email: emailSchema, password: z.string().min(1).max(256) }),
  responses: {
    200: {
      description: 'Signed in, or a second factor is needed.',
      body: z.discriminatedUnion('next', [signedInSchema, secondFactorSchema]),
    },
  },
  async handle(call, deps) {
    const { email, password } = call.body;
    const user = await deps.users.byEmail(email);
    const { network, cookies } = call.caller;
    const attempt = { account: deps.users.accountOf(email), network, deviceCookie: cookies.device };
    const proven = await deps.throttle.attempt(attempt, async () => {
      const right = await verifyPassword(user?.password ?? null, password);
      if (!right || user?.status !== 'active') throw wrongCredentials();
      return user;
    });
    const methods = secondFactorsOf(proven);
    if (methods.length > 0) {
      const { _id: userId, organisationId } = proven;
      const ticket = await deps.tickets.issue({
        kind: 'second-factor',
        userId,
        organisationId,
        lifeMs: SECOND_STEP_MS,
      });
      return { status: 200, body: { next: 'second-factor' as const, ticket, methods }, changed: false };
    }
    const signedIn = await signIn(call, deps, proven, 'password');
    const me = await meOf({ ...proven, kind: 'user', id: proven._id }, deps);
    return { status: 200, body: { next: 'nothing' as const, me }, cookies: signedIn };
  },
});

function secondFactorsOf({ totp, passkeys, recoveryCodes }: UserRow) {
  const methods: z.input<typeof secondFactorSchema>['methods'] = [];
  if (totp) methods.push('totp');
  if (passkeys.length > 0) methods.push('passkey');
  if (methods.length > 0 && recoveryCodes.length > 0) methods.push('recovery-code');
  return methods;
}
