export type { WebhooksConfig } from './config.ts';
export { createWebhooks, type Webhooks, type WebhooksOverrides } from './service.ts';
export { provisionStore } from './store/collections.ts';
