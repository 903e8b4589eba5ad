import { createNotifier, type Notifier } from '@tocsin/notifier-kit';
import { consumers, type Logger } from '@tocsin/platform';
import express from 'express';
import type { ChatConfig } from './config.ts';
import { createPost } from './http/post.ts';
import { createSlack } from './providers/slack.ts';
import { createSlackRoutes } from './slack/routes.ts';

/** The notifier of chat messages. Opens nothing until `start`. */
export function createNotifierChat(config: ChatConfig, overrides: { log?: Logger } = {}): Notifier {
  const { slackWorkspaces } = config;
  const ours = createPost(null);
  return createNotifier(
    {
      channel: 'chat',
      providers: () => slackWorkspaces.map((workspace) => createSlack(workspace, ours)),
      routes: (desk) => express.Router().use(createSlackRoutes(slackWorkspaces, desk, ours)),
      revisions: consumers.chatRevisions,
    },
    config,
    overrides,
  );
}
