import type { z } from 'zod';
import type { putPersonSchema } from './person-schema.ts';

/** A person as the roster takes one: what is only read is left out, and so is an address that stays as it was. */
export function personItem({ timeZone, contactMethods, ...rest }: z.output<typeof putPersonSchema>) {
  return {
    ...rest,
    ...(timeZone ? { timeZone } : {}),
    contactMethods: contactMethods.map(({ id, channel, address, name }) => ({
      id,
      channel,
      ...(address ? { address } : {}),
      ...(name ? { name } : {}),
    })),
  };
}
