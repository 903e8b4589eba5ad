import { parseChatAddress } from '@tocsin/domain';
import { type Post, type Provider, ProviderError } from '@tocsin/notifier-kit';
import type { SlackWorkspace } from '../config.ts';
import { createSlackApi } from '../slack/api.ts';
import { createPace } from '../slack/pace.ts';
import { renderSlack } from '../slack/render-slack.ts';

export function slackProviderId(workspaceId: string): string {
  return `slack-${workspaceId}`;
}

/** Messages of our app in a workspace (https://docs.slack.dev/reference/methods/chat.postMessage). */
export function createSlack(workspace: SlackWorkspace, post: Post): Provider {
  const call = createSlackApi(workspace, post, createPace());

  function targetOf(address: string) {
    const parsed = parseChatAddress(address);
    if (typeof parsed === 'string' || parsed.kind !== 'slack') return null;
    return parsed.workspace === workspace.id ? parsed : null;
  }

  return {
    id: slackProviderId(workspace.id),
    capabilities: { lookUp: false, stop: false, revise: true },
    serves: (address) => targetOf(address) !== null,
    async send(notification, { signal }) {
      const target = targetOf(notification.address);
      if (!target) throw new ProviderError('invalid-target', 'address-of-another-kind');
      const { user, channel } = target;
      const message = renderSlack(notification, {
        button: { token: notification.token, user },
        ...(channel === null ? {} : { mention: user }),
      });
      // A member's id is the address of the direct message with them.
      const said = await call('chat.postMessage', { channel: channel ?? user, ...message, ...NO_PREVIEWS }, signal);
      if (typeof said.channel !== 'string' || typeof said.ts !== 'string')
        throw new ProviderError('unknown', 'answer-unreadable');
      return { providerId: `${said.channel}/${said.ts}` };
    },
    async revise(providerId, { notification, revision }, { signal }) {
      const [channel = '', ts = ''] = providerId.split('/');
      await call('chat.update', { channel, ts, ...renderSlack(notification, { revision }) }, signal);
    },
  };
}

/** A link in a title is not fetched by Slack for everybody to see. */
const NO_PREVIEWS = { unfurl_links: false, unfurl_media: false };
