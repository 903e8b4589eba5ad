import { connectNats, createLogger, loadConfig, provision } from '@tocsin/platform';
import { z } from 'zod';

const environment = z.object({
  NATS_URL: z.string().min(1),
  /** Copies of each message: 3 in a cluster over three zones. */
  NATS_REPLICAS: z.coerce.number().int().min(1).max(5).default(1),
  /** Of each stream; the topology's own bound where absent. */
  NATS_STREAM_MAX_BYTES: z.coerce.number().int().min(1_048_576).optional(),
  LOG_LEVEL: z.string().min(1).optional(),
});

const log = createLogger('provision-streams');
try {
  const env = loadConfig(environment);
  const nc = await connectNats(env.NATS_URL, 'provision-streams');
  try {
    const { NATS_REPLICAS: replicas, NATS_STREAM_MAX_BYTES: maxBytes } = env;
    await provision(nc, { replicas, ...(maxBytes === undefined ? {} : { maxBytes }) });
  } finally {
    await nc.close();
  }
  log.info('streams and consumers are as the topology says');
} catch (err) {
  log.fatal({ err }, 'streams cannot be provisioned');
  process.exitCode = 1;
}
