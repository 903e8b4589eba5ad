export type { Device, TellTocsin } from './device.ts';
export { LOCAL_PUSH } from './device.ts';
export { createPushService, type LocalPushService, type TakenPush } from './push-service.ts';
export { newVapidKeys, type VapidKeys } from './vapid-keys.ts';
