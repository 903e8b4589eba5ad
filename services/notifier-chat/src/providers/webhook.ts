import { type ChatAddress, parseChatAddress } from '@tocsin/domain';
import { type Post, type Provider, ProviderError, statusError } from '@tocsin/notifier-kit';
import { signedHeaders } from '@tocsin/platform';
import { renderWebhook } from '../webhook/render-webhook.ts';

export const WEBHOOK = 'webhook';

/** People's own endpoints, each with a secret of its own. `post` keeps them out of our networks. */
export function createWebhook(post: Post, publicUrl: () => string): Provider {
  return {
    id: WEBHOOK,
    capabilities: { lookUp: false, stop: false, revise: false },
    serves: (address) => targetOf(address) !== null,
    async send(notification, { signal }) {
      const target = targetOf(notification.address);
      if (!target) throw new ProviderError('invalid-target', 'address-of-another-kind');
      const at = Date.now();
      // The same in every attempt: whoever got it twice can tell.
      const id = `msg_${notification.id}`;
      const body = renderWebhook(notification, {
        at,
        answerUrl: `${publicUrl()}/webhook/answers/${notification.token}`,
      });
      const headers = { 'content-type': 'application/json', ...signedHeaders([target.secret], { id, at, body }) };
      const answer = await post(target.url, { headers, body, signal });
      if (answer.status < 200 || answer.status > 299) throw statusError(answer, 'invalid-target');
      return { providerId: id };
    },
  };
}

function targetOf(address: string): Extract<ChatAddress, { kind: 'webhook' }> | null {
  const parsed = parseChatAddress(address);
  return typeof parsed !== 'string' && parsed.kind === 'webhook' ? parsed : null;
}
