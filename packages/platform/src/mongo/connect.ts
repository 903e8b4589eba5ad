import { type Db, MongoClient, MongoServerSelectionError } from 'mongodb';
import { z } from 'zod';
import { readCertificate } from '../crypto/pem-file.ts';
import { InvalidInput, type TocsinError, Unavailable } from '../errors/errors.ts';
import { loadConfig } from '../runtime/config.ts';

const withDatabase = /^mongodb(\+srv)?:\/\/[^/]+\/[^?]+/;

const UNKNOWN_SIGNER = /^(UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_SELF_SIGNED)/;

/** Beside the address: who signed the server's certificate, where the system does not know, as a file of PEM. */
const environment = z.object({ MONGODB_CA: z.string().min(1).optional() });

export interface MongoOptions {
  /** How long a server that keeps the connection may say nothing. */
  answerWithinMs?: number;
  security?: z.infer<typeof environment>;
}

/**
 * Connects within 5 s or rejects with what is wrong. A write is acknowledged once a majority has it in its journal.
 * The database is the one of the URL. `security` is what the environment of the process says besides.
 */
export async function connectMongo(url: string, options: MongoOptions = {}): Promise<{ client: MongoClient; db: Db }> {
  const { answerWithinMs = 20_000, security = loadConfig(environment) } = options;
  const { MONGODB_CA: ca } = security;
  if (ca) await readCertificate({ field: 'MONGODB_CA', path: ca });
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
    socketTimeoutMS: answerWithinMs,
    waitQueueTimeoutMS: 5_000,
    maxPoolSize: 50,
    ...(ca ? { tls: true, tlsCAFile: ca } : {}),
  });
  try {
    await client.connect();
  } catch (cause) {
    await client.close();
    const at = `MongoDB at ${client.options.hosts.map(String).join(', ')}`;
    const said = cause instanceof Error ? cause.message : String(cause);
    throw explain(cause, at, ca) ?? new Unavailable(`${at}: ${said}`, { code: 'store-away', cause });
  }
  return { client, db: client.db() };
}

/** An authority that is not the server's stays so; undefined where it is something else. */
function explain(cause: unknown, at: string, ca: string | undefined): TocsinError | undefined {
  if (!(cause instanceof MongoServerSelectionError)) return undefined;
  for (const { error } of cause.reason?.servers.values() ?? []) {
    const { code = '' } = (error?.cause ?? {}) as NodeJS.ErrnoException;
    if (!UNKNOWN_SIGNER.test(code)) continue;
    const signed = ca
      ? 'the authority in this file did not sign'
      : 'is not set, and no authority that the system knows signed';
    const message = `MONGODB_CA: ${signed} the certificate of ${at} (${code})`;
    return new InvalidInput(message, { code: 'store-refuses', field: 'MONGODB_CA', cause });
  }
  return undefined;
}
