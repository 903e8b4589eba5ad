import { type ChatAddress, parseChatAddress } from '@tocsin/domain';
import { type Post, type Provider, ProviderError, statusError } from '@tocsin/notifier-kit';
import { renderTeams } from '../teams/render-teams.ts';

/** Workflows webhooks of Microsoft Teams: each flow's address is its only secret, and nothing comes back through it. */
export function createTeams(post: Post): Provider {
  return {
    id: 'teams',
    capabilities: { lookUp: false, stop: false, revise: false },
    serves: (address) => targetOf(address) !== null,
    async send(notification, { signal }) {
      const target = targetOf(notification.address);
      if (!target) throw new ProviderError('invalid-target', 'address-of-another-kind');
      const body = JSON.stringify(renderTeams(notification));
      const answer = await post(target.url, { headers: { 'content-type': 'application/json' }, body, signal });
      if (answer.status < 200 || answer.status > 299) throw statusError(answer, 'invalid-target');
      return { providerId: `${notification.id}/${notification.attempt}` };
    },
  };
}

function targetOf(address: string): Extract<ChatAddress, { kind: 'teams' }> | null {
  const parsed = parseChatAddress(address);
  return typeof parsed !== 'string' && parsed.kind === 'teams' ? parsed : null;
}
