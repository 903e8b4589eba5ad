import { type Db, MongoClient } from 'mongodb';
import { InvalidInput, Unavailable } from '../errors/errors.ts';

const withDatabase = /^mongodb(\+srv)?:\/\/[^/]+\/[^?]+/;

/**
 * Connects within 5 s or rejects with what is wrong. A write is acknowledged once a majority has it in its journal.
 * The database is the one of the URL.
 */
export async function connectMongo(url: string): Promise<{ client: MongoClient; db: Db }> {
  if (!withDatabase.test(url)) {
    throw new InvalidInput('the MongoDB address names no database, as mongodb://host:27017/tocsin does', {
      code: 'url-invalid',
      field: 'MONGODB_URL',
    });
  }
  const client = new MongoClient(url, {
    appName: 'tocsin',
    writeConcern: { w: 'majority', journal: true, wtimeoutMS: 10_000 },
    retryWrites: true,
    retryReads: true,
    readPreference: 'primary',
    connectTimeoutMS: 5_000,
    serverSelectionTimeoutMS: 5_000,
    // A server that keeps the connection and says nothing is an outage too.
    socketTimeoutMS: 20_000,
    waitQueueTimeoutMS: 5_000,
    maxPoolSize: 50,
  });
  try {
    await client.connect();
  } catch (cause) {
    await client.close();
    const hosts = client.options.hosts.map(String).join(', ');
    const said = cause instanceof Error ? cause.message : String(cause);
    throw new Unavailable(`MongoDB at ${hosts}: ${said}`, { code: 'store-away', cause });
  }
  return { client, db: client.db() };
}
