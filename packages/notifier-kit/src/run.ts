import { runService } from '@tocsin/platform';
import type { Notifier } from './notifier.ts';

/** Runs a notifier as this process, until it is told to stop. */
export async function runNotifier(name: string, create: () => Notifier): Promise<void> {
  await runService(name, create);
}
