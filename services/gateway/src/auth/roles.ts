import { z } from 'zod';

/** From the least to the most: each may do all that those before it may. */
const ladder = ['observer', 'responder', 'admin', 'owner'] as const;

export type Role = (typeof ladder)[number];

export const roleSchema = z
  .enum(ladder)
  .describe('What a user or key may do: observers read, responders act, admins configure, owners do all.');

export function atLeast(role: Role, wanted: Role): boolean {
  return ladder.indexOf(role) >= ladder.indexOf(wanted);
}

export function lesserOf(one: Role, other: Role): Role {
  return atLeast(one, other) ? other : one;
}
