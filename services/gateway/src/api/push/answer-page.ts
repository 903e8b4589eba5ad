import { DeviceWord } from '@tocsin/proto/notifier/v1';
import { z } from 'zod';
import { defineOperation } from '../../operations/operation.ts';
import { hear, pageTokenSchema } from './hear.ts';

const outcomeSchema = z.enum(['yours', 'taken', 'over', 'rejected', 'resolved', 'escalated', 'noted']);

const WORDS = { accept: DeviceWord.ACCEPT, reject: DeviceWord.REJECT };

export const answerPage = defineOperation({
  id: 'push.answer',
  method: 'POST',
  path: '/push/answers',
  summary: 'Answer a page from its notification',
  description:
    'The token is the permission, so that a page is answered where the session ended in the night. Said again, the same answer hears the ' +
    'same decision.',
  role: 'public',
  fromCrowds: true,
  // What an answer changes is the incident, whose log has it, with the person; nothing that the audit is about.
  effect: 'read',
  body: z.strictObject({ token: pageTokenSchema, answer: z.enum(['accept', 'reject']) }),
  responses: {
    200: {
      description: 'What came of it.',
      body: z.object({
        incident: z.string().describe('Such as `INC-42`.'),
        outcome: outcomeSchema.describe('`noted`: it is kept, and decided in a moment; `taken`: somebody else has it.'),
        says: z.string().describe('For people, as a clause: `you have it`.'),
      }),
    },
  },
  async handle({ body: { token, answer } }, deps) {
    const { incidentNumber, outcome, says } = await hear(deps, { token, word: WORDS[answer] });
    return { status: 200, body: { incident: incidentNumber, outcome: outcomeSchema.parse(outcome), says } };
  },
});
