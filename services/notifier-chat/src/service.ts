import { createNotifier, createPost, type Notifier } from '@tocsin/notifier-kit';
import { consumers, createGuard, type Logger } from '@tocsin/platform';
import express from 'express';
import type { ChatConfig } from './config.ts';
import { createMattermostRoutes } from './mattermost/routes.ts';
import { createMattermost } from './providers/mattermost.ts';
import { createSlack } from './providers/slack.ts';
import { createTeams } from './providers/teams.ts';
import { createWebhook } from './providers/webhook.ts';
import { createSlackRoutes } from './slack/routes.ts';
import { createWebhookRoutes } from './webhook/routes.ts';

/** The notifier of chat messages. Opens nothing until `start`. */
export function createNotifierChat(config: ChatConfig, overrides: { log?: Logger } = {}): Notifier {
  const { slackWorkspaces, allowedNetworks } = config;
  const toOperators = createPost(null);
  const toPeoples = createPost(createGuard(allowedNetworks));
  return createNotifier(
    {
      channel: 'chat',
      providers: ({ publicUrl }) => [
        ...slackWorkspaces.map((workspace) => createSlack(workspace, toOperators)),
        createMattermost(toPeoples, publicUrl),
        createTeams(toPeoples),
        createWebhook(toPeoples, publicUrl),
      ],
      routes: (desk) =>
        express
          .Router()
          .use(createSlackRoutes(slackWorkspaces, desk, toOperators))
          .use(createMattermostRoutes(desk))
          .use(createWebhookRoutes(desk)),
      revisions: consumers.chatRevisions,
    },
    config,
    overrides,
  );
}
