import { z } from 'zod';
import { defineOperation } from '../../operations/operation.ts';

export const listMethods = defineOperation({
  id: 'signIn.listMethods',
  method: 'GET',
  path: '/sign-in',
  summary: 'Ways to sign in',
  role: 'public',
  responses: {
    200: {
      description: 'What a sign-in page offers beside password and passkey.',
      body: z.object({
        providers: z.array(
          z.object({ id: z.string(), name: z.string(), url: z.string().describe('Where to send the browser.') }),
        ),
      }),
    },
  },
  async handle(_call, { oidc, publicUrl }) {
    const urlOf = (id: string) => new URL(`/api/v1/sign-in/oidc/${id}`, publicUrl).href;
    return { status: 200, body: { providers: oidc.providers.map(({ id, name }) => ({ id, name, url: urlOf(id) })) } };
  },
});
