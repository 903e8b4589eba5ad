import { type Desk, sayDecision, shownAfter } from '@tocsin/notifier-kit';
import express, { type Router } from 'express';
import { z } from 'zod';
import { parseJson, rawBody } from '../http/body.ts';
import { MATTERMOST } from '../providers/mattermost.ts';
import { renderAttachment } from './render-mattermost.ts';

/** As much of a press as we use (https://developers.mattermost.com/integrate/plugins/interactive-messages). */
const press = z.object({
  user_name: z.string().min(1),
  context: z.object({ token: z.string().min(1), user: z.string().min(1), answer: z.enum(['accept', 'reject']) }),
});

/**
 * Where a Mattermost server brings the buttons that people press. It signs nothing: what lets it in is the token in the button, of 128
 * bits and for one page, which only its server and we have seen.
 */
export function createMattermostRoutes(desk: Desk): Router {
  const router = express.Router();
  router.post('/mattermost/actions', rawBody('256kb'), async (req, res) => {
    const parsed = press.safeParse(parseJson(req.body));
    const page = parsed.success ? await desk.byToken(parsed.data.context.token) : null;
    if (!parsed.success || page?.provider !== MATTERMOST) {
      desk.log.warn('press on a page that is not known refused');
      return void res.status(403).json({ error: { message: 'This page is not known any more.' } });
    }
    const { user_name: user, context } = parsed.data;
    if (user.toLowerCase() !== context.user) {
      desk.log.warn({ answer: context.answer }, 'press by somebody whose page it is not ignored');
      return void res.json({ ephemeral_text: 'This page is for somebody else: only they can answer it here.' });
    }
    const { key, words } = page;
    const decision = await desk.answer({
      _id: `mattermost-${key.id}-${context.answer}`,
      key,
      answer: context.answer,
      reason: '',
    });
    const { state, personId } = shownAfter(decision, key);
    const name = await desk.nameOf(key, personId);
    const attachment = renderAttachment(
      { ...words, kind: key.kind, ownerName: '', possibleRepeat: page.possibleRepeat },
      { revision: { state, name } },
    );
    res.json({
      // What is not decided keeps its buttons: pressed again, the same answer hears what became of it.
      ...(decision ? { update: { message: '', props: { attachments: [attachment] } } } : {}),
      ephemeral_text: `${words.incidentNumber}: ${sayDecision(decision, name)}.`,
    });
  });
  return router;
}
