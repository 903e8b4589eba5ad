import { createLogger, createTemporalClient, loadConfig, temporalEnvironment } from '@tocsin/platform';
import { SEARCH_ATTRIBUTES } from '@tocsin/workflows/contracts';
import { z } from 'zod';
import { provisionNamespace } from './provision-namespace.ts';

const environment = temporalEnvironment.and(
  z.object({
    /** How long Temporal keeps closed workflows. */
    TEMPORAL_RETENTION_DAYS: z.coerce.number().int().min(1).max(3_650).default(30),
    LOG_LEVEL: z.string().min(1).optional(),
  }),
);

const log = createLogger('provision-temporal');
try {
  const env = loadConfig(environment);
  const { temporalAddress, temporalNamespace: namespace, temporalSecurity: security } = env;
  const temporal = await createTemporalClient(temporalAddress, namespace, { security, log });
  try {
    await provisionNamespace(temporal, {
      namespace,
      retentionDays: env.TEMPORAL_RETENTION_DAYS,
      searchAttributes: Object.values(SEARCH_ATTRIBUTES),
    });
  } finally {
    await temporal.connection.close();
  }
  log.info({ namespace }, 'namespace and search attributes are there');
} catch (err) {
  log.fatal({ err }, 'the namespace cannot be provisioned');
  process.exitCode = 1;
}
