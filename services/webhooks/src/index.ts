export type { WebhooksConfig } from './config.ts';
export { createWebhooks, type Webhooks, type WebhooksOverrides } from './service.ts';
