import { z } from 'zod';

export const idSchema = z
  .string()
  .regex(/^[0-9A-HJKMNP-TV-Z]{26}$/)
  .describe('A ULID.');
export const instantSchema = z.iso.datetime({ offset: true }).describe('RFC 3339.');
export const emailSchema = z.email().max(254);
export const userNameSchema = z.string().trim().min(1).max(100);
/** A secret of ours in a link or between two steps. */
export const tokenSchema = z.string().regex(/^[\w-]{43}$/);
export const personIdSchema = z.string().min(1).max(64).describe('A person of the roster.');
