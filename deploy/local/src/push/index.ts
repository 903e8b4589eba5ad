export { createDevice, type Device, LOCAL_PUSH, type TellTocsin } from './device.ts';
export { pushOf } from './on-the-phone.ts';
export { createPushService, type LocalPushService, type TakenPush } from './push-service.ts';
export { tellBy } from './tell-by.ts';
export { newVapidKeys, type VapidKeys } from './vapid-keys.ts';
