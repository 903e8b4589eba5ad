import { createClient, services } from '@tocsin/platform';
import { z } from 'zod';
import { defineOperation } from '../../operations/operation.ts';
import { inOurWords } from '../../roster/in-our-words.ts';
import { contactMethodIdSchema, deviceParams, ownDevice } from './device.ts';

export const putDevice = defineOperation({
  id: 'devices.put',
  method: 'PUT',
  path: '/me/devices/{deviceId}',
  summary: 'Get one’s pages on this browser',
  description:
    'With its push subscription (Push API), as `toJSON()` gives it. Put again it is the same device. It becomes a contact method, and where ' +
    'there are rules for what is urgent one of them, at once.',
  role: 'responder',
  sessionOnly: true,
  params: deviceParams,
  body: z.strictObject({
    endpoint: z.url({ protocol: /^https?$/ }).max(2_000),
    keys: z.strictObject({
      p256dh: z.string().regex(/^B[A-P][A-Za-z0-9_-]{85}$/, 'must be a public key of P-256 in base64url'),
      auth: z.string().regex(/^[A-Za-z0-9_-]{22}$/, 'must be 16 bytes in base64url'),
    }),
    name: z.string().trim().min(1).max(80).describe('As one tells one’s devices apart: `Chrome on Android`.'),
  }),
  responses: {
    200: { description: 'It is paged from now on.', body: z.object({ contactMethodId: contactMethodIdSchema }) },
  },
  async handle({ principal, params: { deviceId }, body, audit, caller }, deps) {
    const { endpoint, keys, name } = body;
    const device = await ownDevice(principal, deviceId, deps);
    const request = { ...device, address: `${endpoint}#${keys.p256dh}.${keys.auth}`, name };
    const { contactMethodId } = await audit.around(
      { target: { kind: 'person', id: device.personId } },
      () => inOurWords(() => createClient(deps.nc, services.directory).putDevice(request, { key: caller.requestKey })),
      ({ changes }) => [...new Set(changes.flatMap(({ fields }) => fields))],
    );
    return { status: 200, body: { contactMethodId } };
  },
});
