import * as analytics from '@tocsin/analytics';
import * as gateway from '@tocsin/gateway';
import * as incidents from '@tocsin/incidents';
import * as ingestion from '@tocsin/ingestion';
import * as kit from '@tocsin/notifier-kit';
import { checkServer, connectMongo, createLogger, InvalidInput, loadConfig, until } from '@tocsin/platform';
import * as roster from '@tocsin/roster';
import * as webhooks from '@tocsin/webhooks';
import { z } from 'zod';

/**
 * Looks whether MongoDB is what we need, and makes the indexes of all services before they start: one that is new takes its time on
 * what is stored already, and who starts has little. Only adds: the version before works on what the next one brings. Safe to repeat.
 */
const environment = z.object({
  MONGODB_URL: z.string().min(1),
  LOG_LEVEL: z.string().min(1).optional(),
});

const CHANNELS = ['sms', 'voice', 'chat', 'push'] as const;
const SERVER_WITHIN_MS = 120_000;
/** Of one command: an index over millions of documents. */
const INDEX_WITHIN_MS = 3 * 3_600_000;

const log = createLogger('provision-store');
try {
  const { MONGODB_URL } = loadConfig(environment);
  const { client, db } = await connected(MONGODB_URL);
  try {
    for (const sentence of await checkServer(db)) log.warn({ reason: sentence }, 'the store could be better');
    const began = performance.now();
    for (const service of [ingestion, incidents, roster, gateway, webhooks, analytics])
      await service.provisionStore(db);
    for (const channel of CHANNELS) await kit.provisionStore(client, db, channel);
    log.info({ ms: Math.round(performance.now() - began) }, 'the store has its indexes');
  } finally {
    await client.close();
  }
} catch (err) {
  log.fatal({ err }, 'the store cannot be provisioned');
  process.exitCode = 1;
}

/** What is away may come, as it does where both are installed at once; what is wrong is said at once. */
async function connected(url: string) {
  const attempt = () =>
    connectMongo(url, { answerWithinMs: INDEX_WITHIN_MS }).catch((error: unknown) => {
      if (error instanceof InvalidInput) return error;
      throw error;
    });
  const found = await until(attempt, { timeoutMs: SERVER_WITHIN_MS, everyMs: 1_000, what: 'MongoDB' });
  if (found instanceof InvalidInput) throw found;
  return found;
}
