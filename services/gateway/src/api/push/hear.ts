import { createClient, services } from '@tocsin/platform';
import type { DeviceWord } from '@tocsin/proto/notifier/v1';
import { z } from 'zod';
import type { Deps } from '../../deps.ts';
import { inOurWords } from '../../roster/in-our-words.ts';

/** A little longer than a decision is waited for. */
const WITHIN_MS = 6_000;

export const pageTokenSchema = z
  .string()
  .min(1)
  .max(100)
  .describe('As it came with the page, encrypted for this browser.');

/** Passes on what a browser says of a page: its token alone says whose page it is. */
export function hear({ nc }: Pick<Deps, 'nc'>, request: { token: string; word: DeviceWord }) {
  const notifier = createClient(nc, services.notifier, { instance: 'push' });
  return inOurWords(() => notifier.hearDevice(request, { timeoutMs: WITHIN_MS }));
}
