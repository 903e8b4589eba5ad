import { type NatsConnection, NotFound } from '@tocsin/platform';
import { z } from 'zod';
import type { Principal } from '../../auth/principal.ts';
import { named } from '../../openapi/components.ts';
import { readItem } from '../../roster/items.ts';
import { itemIdSchema } from '../roster-items/fields.ts';

export const PATH = '/people/{personId}/contact-methods/{contactMethodId}';

export const contactMethodParams = z.strictObject({ personId: itemIdSchema, contactMethodId: itemIdSchema });

export const messageStateSchema = named(
  'MessageState',
  z.strictObject({
    state: z
      .enum(['pending', 'sent', 'delivered', 'refused', 'failed'])
      .describe(
        '`sent`: a provider took it; `delivered`: it said that it arrived. `refused`: the address cannot be reached, such as a wrong number. ' +
          '`failed`: no provider could now. `pending`: not known yet.',
      ),
    provider: z.string().describe('Who took it; else who was asked last; empty: nobody was.'),
    reason: z.string().describe('Catalogued phrase where it did not go out, such as `no-responder`; else empty.'),
  }),
);

/** The channel of a contact method, which names its notifier. Throws `NotFound`. */
export async function channelOf(
  nc: NatsConnection,
  { organisationId }: Principal,
  { personId, contactMethodId }: z.output<typeof contactMethodParams>,
): Promise<string> {
  const { value } = await readItem(nc, organisationId, 'person', personId, 'personId');
  const { contactMethods = [] } = value as { contactMethods?: { id: string; channel: string }[] };
  const method = contactMethods.find(({ id }) => id === contactMethodId);
  if (method) return method.channel;
  throw new NotFound('the person has no such contact method (any more)', {
    code: 'contact-method-unknown',
    field: 'contactMethodId',
  });
}
