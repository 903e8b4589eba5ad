import { createPost } from '@tocsin/notifier-kit';
import { describeProvider } from '@tocsin/notifier-kit/testing';
import { createGuard } from '@tocsin/platform';
import { createWebhook } from '../src/providers/webhook.ts';
import { SECRET, startWebhookEndpoint } from './webhook-endpoint.ts';

describeProvider('webhook', async () => {
  const endpoint = await startWebhookEndpoint();
  const address = `webhook:${endpoint.url}/pages#${SECRET}`;
  const peer = {
    next: endpoint.next,
    problems: endpoint.problems,
    stop: endpoint.stop,
    get asked() {
      return endpoint.asked;
    },
    get resources() {
      return endpoint.received.map(({ headers }) => ({ sid: String(headers['webhook-id']), to: address }));
    },
  };
  return {
    provider: createWebhook(createPost(createGuard(['127.0.0.0/8'])), () => 'http://127.0.0.1:1'),
    peer,
    secrets: [SECRET, SECRET.replace('whsec_', '')],
    invalidTarget: { do: 'refuse', status: 410 },
    address,
    statuses: { 401: 'invalid-target', 403: 'invalid-target', 404: 'invalid-target' },
    readsAnswers: false,
  };
});
