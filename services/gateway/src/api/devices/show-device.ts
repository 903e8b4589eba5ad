import { createClient, services } from '@tocsin/platform';
import { z } from 'zod';
import { named } from '../../openapi/components.ts';
import { defineOperation } from '../../operations/operation.ts';
import { contactMethodIdSchema, deviceOf, deviceParams } from './device.ts';

const deviceSchema = named(
  'Device',
  z.object({
    applicationServerKey: z.string().nullable().describe('What to subscribe to; null where push is not set up.'),
    contactMethodId: contactMethodIdSchema.nullable().describe('Null: this device gets no pages.'),
    gone: z.boolean().describe('Its push service said that it does not receive any more: subscribe again.'),
    name: z.string().nullable().describe('As its owner tells it from others.'),
    endpointHash: z
      .string()
      .nullable()
      .describe('SHA-256 of the endpoint that is known, in base64url: where it is another by now, put it again.'),
  }),
);

export const showDevice = defineOperation({
  id: 'devices.show',
  method: 'GET',
  path: '/me/devices/{deviceId}',
  summary: 'Whether this browser gets one’s pages',
  role: 'responder',
  sessionOnly: true,
  params: deviceParams,
  responses: { 200: { description: 'The device.', body: deviceSchema } },
  async handle({ principal, params: { deviceId } }, deps) {
    const device = await deviceOf(principal, deviceId, deps);
    const known = device && (await createClient(deps.nc, services.directory).readDevice(device));
    return {
      status: 200,
      body: {
        applicationServerKey: deps.vapidPublicKey ?? null,
        contactMethodId: known?.contactMethodId || null,
        gone: known?.gone ?? false,
        name: known?.name || null,
        endpointHash: known?.endpointHash || null,
      },
    };
  },
});
