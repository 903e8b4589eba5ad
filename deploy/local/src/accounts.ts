import { createHash } from 'node:crypto';

/** One account at the carrier, as the notifiers know it. */
export interface ProviderAccount {
  id: string;
  accountSid: string;
  authToken: string;
  from: string;
  baseUrl: string;
}

/**
 * Two accounts, since one provider is none. Their secrets are secrets of the simulated carrier alone, and the same at every
 * start, so that a message that is under way when Tocsin stops can be settled after it starts again.
 */
export function localAccounts(carrierUrl: string): ProviderAccount[] {
  return ['first', 'second'].map((id, index) => ({
    id,
    accountSid: `AC${digest(`sid ${id}`)}`,
    authToken: digest(`token ${id}`),
    from: `+1202555010${index + 1}`,
    baseUrl: carrierUrl,
  }));
}

/** What addresses call it: `slack:local/<member>`. */
export const localWorkspaceId = 'local';

/** One Slack workspace, as the notifier of chat messages knows it. */
export interface LocalWorkspace {
  id: string;
  botToken: string;
  signingSecret: string;
  baseUrl: string;
}

/** Its secrets are the same at every start, as the carrier's are. */
export function localWorkspace(slackUrl: string): LocalWorkspace {
  return {
    id: localWorkspaceId,
    botToken: `xoxb-${digest('slack token')}`,
    signingSecret: digest('slack signing secret'),
    baseUrl: `${slackUrl}/api`,
  };
}

function digest(text: string): string {
  return createHash('sha256').update(`tocsin local carrier ${text}`).digest('hex').slice(0, 32);
}
