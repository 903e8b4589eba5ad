import { Conflict } from '@tocsin/platform';
import { z } from 'zod';
import { ownSession } from '../../auth/own-session.ts';
import type { Principal } from '../../auth/principal.ts';
import type { Deps } from '../../deps.ts';
import { itemIdSchema } from '../roster-items/fields.ts';

export const deviceParams = z.strictObject({
  deviceId: z
    .string()
    .regex(/^[A-Za-z0-9-]{8,64}$/, 'must be 8 to 64 letters, digits or "-"')
    .describe('Chosen by the browser, at random, and kept.'),
});

export const contactMethodIdSchema = itemIdSchema.describe('What the device is among the person’s contact methods.');

/** Null where whoever is signed in is nobody who could be paged. */
export async function deviceOf(principal: Principal, deviceId: string, { users }: Pick<Deps, 'users'>) {
  const { organisationId, id } = ownSession(principal);
  const { personId } = await users.of(organisationId, id);
  return personId === null ? null : { organisationId, personId, deviceId };
}

/** The device of whoever is signed in. Throws `Conflict` where they are nobody who could be paged. */
export async function ownDevice(principal: Principal, deviceId: string, deps: Pick<Deps, 'users'>) {
  const device = await deviceOf(principal, deviceId, deps);
  if (device) return device;
  throw new Conflict('you are linked to nobody of the roster, so nobody pages you: ask an admin to link you', {
    code: 'no-person-linked',
  });
}
