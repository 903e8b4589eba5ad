import { createClient, services } from '@tocsin/platform';
import { defineOperation } from '../../operations/operation.ts';
import { deviceParams, ownDevice } from './device.ts';

export const removeDevice = defineOperation({
  id: 'devices.remove',
  method: 'DELETE',
  path: '/me/devices/{deviceId}',
  summary: 'Get no pages on this browser any more',
  role: 'responder',
  sessionOnly: true,
  params: deviceParams,
  responses: { 204: { description: 'It is no contact method (any more).' } },
  async handle({ principal, params: { deviceId }, audit, caller }, deps) {
    const device = await ownDevice(principal, deviceId, deps);
    await audit.around(
      { target: { kind: 'person', id: device.personId } },
      () => createClient(deps.nc, services.directory).removeDevice(device, { key: caller.requestKey }),
      ({ changes }) => [...new Set(changes.flatMap(({ fields }) => fields))],
    );
    return { status: 204 };
  },
});
