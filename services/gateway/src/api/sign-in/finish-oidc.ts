import { TocsinError, Unauthenticated } from '@tocsin/platform';
import { z } from 'zod';
import type { OidcBegun, OidcIdentity } from '../../auth/oidc.ts';
import { signIn } from '../../auth/sign-in.ts';
import type { Deps } from '../../deps.ts';
import { type Call, defineOperation, type SetCookie } from '../../operations/operation.ts';
import type { UserRow } from '../../store/collections.ts';
import { providerParams } from './begin-oidc.ts';

const FORGET: SetCookie = { name: 'oidc' };

export const finishOidc = defineOperation({
  id: 'signIn.finishOidc',
  method: 'GET',
  path: '/sign-in/oidc/{provider}/callback',
  summary: 'Finish to sign in with an OpenID Connect provider',
  description:
    'Where the provider sends the browser back to. A user is known by the provider’s subject; the first time by a mail address that the provider has verified. Nobody gets an account by this: users are invited.',
  role: 'public',
  effect: 'change',
  params: providerParams,
  query: z.looseObject({ state: z.string().max(1_000).optional(), code: z.string().max(4_000).optional() }),
  responses: {
    303: {
      description: 'Signed in, to the console; or to the sign-in page, which says what was wrong.',
      headers: { Location: 'The console.' },
    },
  },
  async handle(call, deps) {
    try {
      const identity = await identityOf(call, deps);
      const user = await userOf(identity, deps);
      const cookies = await signIn(call, deps, user, 'oidc', async (tx, now) => {
        const { issuer, subject } = identity;
        const known = now.oidc.some((one) => one.issuer === issuer && one.subject === subject);
        if (known && now.status === 'active') return [];
        const oidc = known ? now.oidc : [...now.oidc, { issuer, subject }];
        await deps.users.update(now._id, { oidc, status: 'active' }, tx);
        return ['oidc', 'status'];
      });
      return { status: 303, headers: { Location: '/' }, cookies: [...cookies, FORGET] };
    } catch (error) {
      if (!(error instanceof TocsinError)) throw error;
      // It is a person who waits in front of a browser: the page says it in their words.
      deps.log.info({ code: error.code, provider: call.params.provider }, 'sign-in by provider refused');
      return {
        status: 303,
        headers: { Location: `/sign-in?problem=${error.code}` },
        cookies: [FORGET],
        changed: false,
      };
    }
  },
});

/** Binds the answer to the browser that asked: its cookie alone has the ticket. */
async function identityOf(
  { caller, params }: Pick<Call<'public', typeof providerParams>, 'caller' | 'params'>,
  deps: Deps,
) {
  const { cookies, url } = caller;
  if (!cookies.oidc) throw new Unauthenticated('this sign-in began in another browser', { code: 'ticket-invalid' });
  const { data } = await deps.tickets.redeem('oidc', cookies.oidc);
  const begun = data as unknown as OidcBegun;
  if (begun.providerId !== params.provider) {
    throw new Unauthenticated('this sign-in began with another provider', { code: 'ticket-invalid' });
  }
  return deps.oidc.finish(begun, url);
}

async function userOf({ issuer, subject, email }: OidcIdentity, { users, collections }: Deps): Promise<UserRow> {
  const known = await collections.users.findOne({ oidc: { $elemMatch: { issuer, subject } } });
  const user = known ?? (email === undefined ? undefined : await users.byEmail(email));
  // Another subject with the same address is another account there: it does not inherit this one.
  const taken = !known && user?.oidc.some((one) => one.issuer === issuer);
  if (user && !taken && user.status !== 'disabled') return user;
  throw new Unauthenticated('nobody here has this account: ask for an invitation', { code: 'user-unknown' });
}
