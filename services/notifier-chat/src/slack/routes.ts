import type { Desk, Post } from '@tocsin/notifier-kit';
import express, { type Router } from 'express';
import type { SlackWorkspace } from '../config.ts';
import { rawBody } from '../http/body.ts';
import { slackProviderId } from '../providers/slack.ts';
import { createSlackApi } from './api.ts';
import { createPace } from './pace.ts';
import { isSignedBySlack } from './signature.ts';
import { parsePress, takePress } from './take-press.ts';

const TELL_WITHIN_MS = 5_000;

/** Where Slack brings the buttons that people press: set it as the app's interactivity request URL. */
export function createSlackRoutes(workspaces: readonly SlackWorkspace[], desk: Desk, post: Post): Router {
  const router = express.Router();
  const calls = new Map(workspaces.map((one) => [one.id, createSlackApi(one, post, createPace())]));

  router.post('/slack/:workspace/actions', rawBody('256kb'), async (req, res) => {
    const workspace = workspaces.find((one) => one.id === req.params.workspace);
    const body: Buffer = Buffer.isBuffer(req.body) ? req.body : Buffer.alloc(0);
    const timestamp = req.header('x-slack-request-timestamp') ?? '';
    const signature = req.header('x-slack-signature') ?? '';
    if (!workspace || !isSignedBySlack(secretsOf(workspace), { timestamp, signature, body }, Date.now())) {
      desk.log.warn({ workspace: workspace?.id ?? 'unknown' }, 'webhook with a wrong signature refused');
      return void res.status(403).type('text/plain').send('the signature is not right');
    }
    const press = parsePress(new URLSearchParams(body.toString()).get('payload') ?? '');
    // Where it throws, Slack says at the button that it did not work, and the person presses again.
    const told = press && (await takePress(desk, slackProviderId(workspace.id), press));
    res.status(200).end();
    if (!press || told === null) return;
    desk.later('tell-who-pressed', async () => {
      const { channel, user } = press;
      const signal = AbortSignal.timeout(TELL_WITHIN_MS);
      await calls.get(workspace.id)?.('chat.postEphemeral', { channel, user, text: told }, signal);
    });
  });
  return router;
}

function secretsOf({ signingSecret, alternateSigningSecret }: SlackWorkspace): string[] {
  return alternateSigningSecret === undefined ? [signingSecret] : [signingSecret, alternateSigningSecret];
}
