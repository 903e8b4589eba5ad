import { type ChatAddress, parseChatAddress } from '@tocsin/domain';
import { type Post, type Provider, ProviderError, statusError } from '@tocsin/notifier-kit';
import { renderAttachment, renderButtons } from '../mattermost/render-mattermost.ts';

export const MATTERMOST = 'mattermost';

/** Incoming webhooks of Mattermost (https://developers.mattermost.com/integrate/webhooks/incoming). */
export function createMattermost(post: Post, publicUrl: () => string): Provider {
  return {
    id: MATTERMOST,
    // A webhook is not told which post it made, so nothing can change it but a press.
    capabilities: { lookUp: false, stop: false, revise: false },
    serves: (address) => targetOf(address) !== null,
    async send(notification, { signal }) {
      const target = targetOf(notification.address);
      if (!target) throw new ProviderError('invalid-target', 'address-of-another-kind');
      const { url, user, channel } = target;
      const { id, kind, token, attempt } = notification;
      const buttons = kind === 'page' ? renderButtons(`${publicUrl()}/mattermost/actions`, { token, user }) : [];
      const body = JSON.stringify({
        channel: channel ?? `@${user}`,
        text: channel === null ? '' : `@${user}`,
        attachments: [renderAttachment(notification, { buttons })],
      });
      const answer = await post(url, { headers: { 'content-type': 'application/json' }, body, signal });
      if (answer.status !== 200) throw statusError(answer, 'invalid-target');
      if (answer.text.trim() !== 'ok') throw new ProviderError('unknown', 'answer-unreadable');
      return { providerId: `${id}/${attempt}` };
    },
  };
}

function targetOf(address: string): Extract<ChatAddress, { kind: 'mattermost' }> | null {
  const parsed = parseChatAddress(address);
  return typeof parsed !== 'string' && parsed.kind === 'mattermost' ? parsed : null;
}
