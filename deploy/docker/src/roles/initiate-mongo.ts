import { createLogger, loadConfig, until } from '@tocsin/platform';
import { MongoClient, MongoServerError } from 'mongodb';
import { z } from 'zod';

/** Makes a mongod that was just started a replica set of one, for evaluation. Safe to repeat. */
const environment = z.object({
  /** As clients reach it. */
  MONGODB_HOST: z.string().regex(/^[^\s:/]+:\d{1,5}$/, 'is not host:port'),
  MONGODB_REPLICA_SET: z.string().min(1),
});

const log = createLogger('initiate-mongo');
try {
  const { MONGODB_HOST: host, MONGODB_REPLICA_SET: name } = loadConfig(environment);
  // Everything of an evaluation starts at once: a connection may take seconds, and a command must not wait for ever.
  const client = new MongoClient(`mongodb://${host}/?directConnection=true`, {
    serverSelectionTimeoutMS: 15_000,
    connectTimeoutMS: 5_000,
    socketTimeoutMS: 10_000,
  });
  const admin = client.db('admin');
  const isPrimary = async () => {
    if ((await admin.command({ hello: 1 })).isWritablePrimary === true) return true;
    try {
      await admin.command({ replSetInitiate: { _id: name, members: [{ _id: 0, host }] } });
    } catch (error) {
      if (!(error instanceof MongoServerError) || error.codeName !== 'AlreadyInitialized') throw error;
    }
    return false;
  };
  await until(isPrimary, { timeoutMs: 120_000, everyMs: 250, what: 'mongod to become primary' });
  await client.close();
  log.info({ host }, 'mongod takes writes');
} catch (err) {
  log.fatal({ err }, 'mongod did not become primary');
  process.exitCode = 1;
}
