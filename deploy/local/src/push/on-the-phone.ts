import type { PhoneApp } from '../carrier/index.ts';
import type { Device } from './device.ts';
import type { LocalPushService } from './push-service.ts';

/** A device's notifications, on the phone that it is. */
export function pushOf(push: LocalPushService, device: Device): PhoneApp {
  return {
    id: `push-${device.name}`,
    name: 'Push',
    shown: () =>
      device.shown.map(({ title, look: { tag, body, actions }, at }) => ({
        id: tag,
        place: '',
        title,
        body,
        at,
        actions,
      })),
    press: async (tag, action) =>
      (action === 'accept' || action === 'reject') && isSuccess(await device.press(tag, action)),
    onChange: (listener) => push.onChange((changed) => changed === device && listener()),
  };
}

function isSuccess(status: number): boolean {
  return status >= 200 && status < 300;
}
