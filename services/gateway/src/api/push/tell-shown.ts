import { DeviceWord } from '@tocsin/proto/notifier/v1';
import { z } from 'zod';
import { defineOperation } from '../../operations/operation.ts';
import { hear, pageTokenSchema } from './hear.ts';

export const tellShown = defineOperation({
  id: 'push.shown',
  method: 'POST',
  path: '/push/receipts',
  summary: 'Say that a page is on the screen',
  description:
    'A push service only says that it took a page. The browser says that it shows it: the ladder then says "delivered".',
  role: 'public',
  fromCrowds: true,
  effect: 'read',
  body: z.strictObject({ token: pageTokenSchema }),
  responses: { 204: { description: 'Noted.' } },
  async handle({ body: { token } }, deps) {
    await hear(deps, { token, word: DeviceWord.SHOWN });
    return { status: 204 };
  },
});
