import { createClient, millis, services } from '@tocsin/platform';
import { NotificationKind } from '@tocsin/proto/page/v1';
import { z } from 'zod';
import { requireOwnOrAdmin } from '../../auth/own-person.ts';
import { deliver } from '../../notify/deliver.ts';
import { defineOperation } from '../../operations/operation.ts';
import { instantSchema } from '../fields.ts';
import { emptyBody } from '../incidents/fields.ts';
import { channelOf, contactMethodParams, messageStateSchema, PATH } from './fields.ts';

export const sendCode = defineOperation({
  id: 'contactMethods.code',
  method: 'POST',
  path: `${PATH}/code`,
  summary: 'Send a code that proves the address',
  description:
    'Six digits, good for ten minutes and five tries; a new one at most each minute. Your own address, or anybody’s for admins.',
  role: 'responder',
  params: contactMethodParams,
  body: emptyBody,
  responses: {
    200: {
      description: 'What became of the message.',
      body: z.strictObject({ expiresAt: instantSchema, message: messageStateSchema }),
    },
  },
  async handle({ principal, params, audit }, deps) {
    const { nc } = deps;
    const { organisationId } = principal;
    const { personId, contactMethodId } = params;
    const channel = await channelOf(nc, principal, params);
    await requireOwnOrAdmin(principal, personId, deps);
    const body = await audit.around(
      { target: { kind: 'contact-method', id: `${personId}/${contactMethodId}` } },
      async () => {
        const asked = { organisationId, personId, contactMethodId };
        const { code, expiresAt } = await createClient(nc, services.directory).startVerification(asked);
        const usefulUntil = millis(expiresAt) ?? 0;
        const id = `code/${organisationId}/${personId}/${contactMethodId}/${usefulUntil}`;
        const kind = NotificationKind.CODE;
        const message = await deliver(nc, { ...asked, id, channel, kind, note: code, usefulUntil });
        return { expiresAt: new Date(usefulUntil).toISOString(), message };
      },
    );
    return { status: 200, body };
  },
});
