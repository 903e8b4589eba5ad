import { readFile } from 'node:fs/promises';
import { applyOrganisation } from '@tocsin/cli';
import { connectNats, createLogger, loadConfig, Unavailable, until } from '@tocsin/platform';
import { z } from 'zod';

/** `tocsin apply` for those who are just being installed: waits for the services that it asks, and asks nobody before it deletes. */
const environment = z.object({
  NATS_URL: z.string().min(1),
  ORGANISATION_FILE: z.string().min(1),
  LOG_LEVEL: z.string().min(1).optional(),
});

const SERVICES_WITHIN_MS = 300_000;

const log = createLogger('organisation');
try {
  const { NATS_URL, ORGANISATION_FILE: fileName } = loadConfig(environment);
  const yamlText = await readFile(fileName, 'utf8');
  const nc = await connectNats(NATS_URL, 'organisation');
  try {
    /** What is wrong with the file is wrong at once; a service that is not there yet is asked again. */
    const attempt = async () => {
      try {
        return await applyOrganisation({ nc, yamlText, fileName, dryRun: false });
      } catch (error) {
        if (error instanceof Unavailable) throw error;
        return { error };
      }
    };
    const wait = { timeoutMs: SERVICES_WITHIN_MS, everyMs: 1_000, what: 'the services to take the file' };
    const outcome = await until(attempt, wait);
    if ('error' in outcome) throw outcome.error;
    log.info({ changes: outcome.changes.length }, 'the organisation is as its file says');
  } finally {
    await nc.close();
  }
} catch (err) {
  log.fatal({ err }, 'the organisation cannot be applied');
  process.exitCode = 1;
}
