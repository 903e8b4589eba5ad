import { createLogger, createTemporalClient, loadConfig } from '@tocsin/platform';
import { SEARCH_ATTRIBUTES } from '@tocsin/workflows/contracts';
import { z } from 'zod';
import { provisionNamespace } from './provision-namespace.ts';

const environment = z.object({
  TEMPORAL_ADDRESS: z.string().min(1),
  TEMPORAL_NAMESPACE: z.string().min(1).default('default'),
  /** How long Temporal keeps closed workflows. */
  TEMPORAL_RETENTION_DAYS: z.coerce.number().int().min(1).max(3_650).default(30),
  LOG_LEVEL: z.string().min(1).optional(),
});

const log = createLogger('provision-temporal');
try {
  const env = loadConfig(environment);
  const { connection } = await createTemporalClient(env.TEMPORAL_ADDRESS, env.TEMPORAL_NAMESPACE);
  try {
    await provisionNamespace(connection, {
      namespace: env.TEMPORAL_NAMESPACE,
      retentionDays: env.TEMPORAL_RETENTION_DAYS,
      searchAttributes: Object.values(SEARCH_ATTRIBUTES),
    });
  } finally {
    await connection.close();
  }
  log.info({ namespace: env.TEMPORAL_NAMESPACE }, 'namespace and search attributes are there');
} catch (err) {
  log.fatal({ err }, 'the namespace cannot be provisioned');
  process.exitCode = 1;
}
