import { z } from 'zod';
import { named } from '../../openapi/components.ts';
import { meSchema } from '../me/me-view.ts';

export const signedInSchema = named('SignedIn', z.object({ next: z.literal('nothing'), me: meSchema }));

export const secondFactorSchema = named(
  'SecondFactorNeeded',
  z.object({
    next: z.literal('second-factor'),
    ticket: z.string().describe('For the second step, within 5 minutes.'),
    methods: z.array(z.enum(['totp', 'recovery-code', 'passkey'])),
  }),
);
