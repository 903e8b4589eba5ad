import { Conflict } from '@tocsin/platform';
import { z } from 'zod';
import { hashPassword, passwordSchema } from '../../auth/password.ts';
import { signIn } from '../../auth/sign-in.ts';
import { defineOperation } from '../../operations/operation.ts';
import { emailSchema, tokenSchema, userNameSchema } from '../fields.ts';
import { meOf, meSchema } from '../me/me-view.ts';

export const createFirstUser = defineOperation({
  id: 'setup.createFirstUser',
  method: 'POST',
  path: '/setup',
  summary: 'Make the first user, an owner, and sign in',
  description: 'With the token of the link that the first start prints. It works once, and not once there is a user.',
  role: 'public',
  body: z.strictObject({ token: tokenSchema, email: emailSchema, name: userNameSchema, password: passwordSchema }),
  responses: { 201: { description: 'The owner is made and signed in.', body: meSchema } },
  async handle({ body, audit, caller }, deps) {
    const { token, email, name } = body;
    const { organisationId } = await deps.tickets.tryOnce('set-up', token);
    const password = await hashPassword(body.password);
    const owner = await audit.change(
      async (tx) => {
        await deps.tickets.redeem('set-up', token, tx);
        if (await deps.collections.users.findOne({ organisationId }, { session: tx })) {
          throw new Conflict('there is a user already: ask for an invitation', { code: 'set-up-done' });
        }
        const user = await deps.users.add({ organisationId, email, name, role: 'owner' }, tx);
        await deps.users.update(user._id, { status: 'active', password }, tx);
        return {
          result: user,
          said: { target: { kind: 'user', id: user._id }, fields: ['email', 'name', 'password', 'role'] },
        };
      },
      { actor: { kind: 'link', id: 'set-up' }, organisationId },
    );
    const cookies = await signIn({ audit, caller }, deps, owner, 'link');
    const me = await meOf({ kind: 'user', id: owner._id, organisationId, role: 'owner' }, deps);
    return { status: 201, body: me, cookies };
  },
});
