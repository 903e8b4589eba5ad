import { z } from 'zod';
import { defineOperation } from '../../operations/operation.ts';

const LIFE_SECONDS = 10 * 60;

export const providerParams = z.strictObject({ provider: z.string().min(1).max(32) });

export const beginOidc = defineOperation({
  id: 'signIn.beginOidc',
  method: 'GET',
  path: '/sign-in/oidc/{provider}',
  summary: 'Begin to sign in with an OpenID Connect provider',
  description: 'For a browser to go to.',
  role: 'public',
  params: providerParams,
  responses: { 303: { description: 'To the provider.', headers: { Location: 'The provider’s sign-in.' } } },
  async handle({ params }, { oidc, tickets, publicUrl }) {
    const redirectUri = new URL(`/api/v1/sign-in/oidc/${params.provider}/callback`, publicUrl).href;
    const { url, begun } = await oidc.begin(params.provider, redirectUri);
    const data = { ...begun };
    const lifeMs = LIFE_SECONDS * 1_000;
    const ticket = await tickets.issue({ kind: 'oidc', userId: null, organisationId: '', data, lifeMs });
    return {
      status: 303,
      headers: { Location: url.href },
      cookies: [{ name: 'oidc', value: ticket, maxAgeSeconds: LIFE_SECONDS }],
    };
  },
});
