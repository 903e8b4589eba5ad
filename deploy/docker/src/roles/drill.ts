import { connectNats, createLogger, loadConfig } from '@tocsin/platform';
import { z } from 'zod';
import { drill } from './run-drill.ts';
import { createSimulatedPhones } from './simulated-phones.ts';

/** One drill alert through the front door, watched until somebody was paged; on simulated phones, also until they accepted. */
const environment = z.object({
  NATS_URL: z.string().min(1),
  /** Where senders post, without a key. */
  INTAKE_URL: z.url(),
  /** Of an integration that sends drills. */
  DRILL_KEY: z.string().min(1),
  DRILL_ORGANISATION: z.string().min(1),
  DRILL_WITHIN_SECONDS: z.coerce.number().int().min(5).max(600).default(60),
  /** Absent: real phones ring, and nobody answers for them. */
  SIMULATOR_URL: z.url().optional(),
  LOG_LEVEL: z.string().min(1).optional(),
});

const log = createLogger('drill');
try {
  const env = loadConfig(environment);
  const nc = await connectNats(env.NATS_URL, 'drill');
  try {
    await drill({
      nc,
      intakeUrl: env.INTAKE_URL,
      key: env.DRILL_KEY,
      organisationId: env.DRILL_ORGANISATION,
      withinMs: env.DRILL_WITHIN_SECONDS * 1_000,
      phones: env.SIMULATOR_URL === undefined ? undefined : createSimulatedPhones(env.SIMULATOR_URL),
      say: (line) => console.log(line),
    });
  } finally {
    await nc.close();
  }
} catch (err) {
  log.fatal({ err }, 'the drill failed');
  process.exitCode = 1;
}
