import { connectNats, createLogger, loadConfig, repeatFacts } from '@tocsin/platform';
import { z } from 'zod';

/** After MongoDB was restored from an older backup: the alerts that were taken since are folded once more. */
const environment = z.object({
  NATS_URL: z.string().min(1),
  /** From when on: the backup's instant, as ISO 8601. */
  ALERTS_SINCE: z.iso.datetime({ offset: true, error: 'is an instant, such as 2026-03-01T03:00:00Z' }),
  LOG_LEVEL: z.string().min(1).optional(),
});

const log = createLogger('repeat-alerts');
try {
  const { NATS_URL, ALERTS_SINCE } = loadConfig(environment);
  const nc = await connectNats(NATS_URL, 'repeat-alerts');
  try {
    const messages = await repeatFacts(nc, 'ALERTS', new Date(ALERTS_SINCE));
    log.info({ messages }, 'alerts are told again');
  } finally {
    await nc.close();
  }
} catch (err) {
  log.fatal({ err }, 'alerts cannot be told again');
  process.exitCode = 1;
}
