export type { PushConfig, PushService, Vapid } from './config.ts';
export { createNotifierPush } from './service.ts';
