import type { PhoneScreen } from '../carrier/index.ts';
import type { Device } from './device.ts';

/** A device's notifications, as the screen of the phone that it is. */
export function screenOf(device: Device): PhoneScreen {
  return {
    notifications: () =>
      device.shown.map(({ title, look: { tag, body, actions }, at }) => ({ tag, title, body, at, actions })),
    press: async (tag, action) =>
      (action === 'accept' || action === 'reject') && isSuccess(await device.press(tag, action)),
  };
}

function isSuccess(status: number): boolean {
  return status >= 200 && status < 300;
}
