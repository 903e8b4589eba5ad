import { createLogger } from '@tocsin/platform';
import type { Notifier } from './notifier.ts';

/** Runs a notifier as this process, until it is told to stop. */
export async function runNotifier(name: string, create: () => Notifier): Promise<void> {
  try {
    const notifier = create();
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      process.once(signal, () => void notifier.stop().then(() => process.exit(0)));
    }
    await notifier.start();
  } catch (err) {
    createLogger(name).fatal({ err }, 'notifier cannot start');
    process.exitCode = 1;
  }
}
