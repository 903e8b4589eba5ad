import { type Desk, sayDecision } from '@tocsin/notifier-kit';
import { InvalidInput, NotFound } from '@tocsin/platform';
import express, { type Router } from 'express';
import { z } from 'zod';
import { parseJson, rawBody } from '../http/body.ts';
import { WEBHOOK } from '../providers/webhook.ts';

const said = z.strictObject({
  answer: z.enum(['accept', 'reject'], 'must be accept or reject'),
  reason: z.string().max(500, 'must have at most 500 characters').default(''),
});

/**
 * Where an endpoint answers a page: the address that came with it is all the credential there is, so it is for this page alone. Said
 * again, the same answer hears the same decision.
 */
export function createWebhookRoutes(desk: Desk): Router {
  const router = express.Router();
  router.post('/webhook/answers/:token', rawBody('16kb'), async (req, res) => {
    const parsed = said.safeParse(parseJson(req.body));
    if (!parsed.success) {
      const [issue] = parsed.error.issues;
      const field = issue?.path.join('.') || 'body';
      throw new InvalidInput(issue?.message ?? 'is not an answer', { code: 'answer-invalid', field });
    }
    const page = await desk.byToken(req.params.token);
    // Tokens of other ways stand in places that more people see.
    if (page?.provider !== WEBHOOK) throw new NotFound('no page is answered here', { code: 'page-unknown' });
    const { answer, reason } = parsed.data;
    const { key, words } = page;
    const decision = await desk.answer({ _id: `webhook-${key.id}-${answer}`, key, answer, reason });
    const owner = decision?.outcome === 'taken' ? await desk.nameOf(key, decision.ownerPersonId) : '';
    const says = `${words.incidentNumber}: ${sayDecision(decision, owner)}.`;
    res.status(decision ? 200 : 202).json({ outcome: decision?.outcome ?? 'noted', says });
  });
  return router;
}
