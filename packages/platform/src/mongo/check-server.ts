import { type Db, MongoServerError } from 'mongodb';
import { InvalidInput, type TocsinError } from '../errors/errors.ts';

/** Older ones have reached the end of their support, and nothing here was tried on them. */
const OLDEST: readonly [number, number] = [6, 0];
/** What a killed process had locked stays so for this long. */
const LONGEST_TRANSACTION_SECONDS = 30;
const UNAUTHORIZED = 13;

/**
 * Whether the server is one that we can live on. Rejects with `InvalidInput`, in one sentence, where it is not; resolves with sentences
 * on what it had better be.
 */
export async function checkServer(db: Db): Promise<string[]> {
  const admin = db.admin();
  const hello = await admin.command({ hello: 1 });
  if (hello.setName === undefined && hello.msg !== 'isdbgrid')
    throw wrong('MongoDB is a single server, and has no transactions: make it a replica set, of one member at least');
  const { version } = (await admin.command({ buildInfo: 1 })) as unknown as { version: string };
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1]))
    throw wrong(`MongoDB ${version} is too old: ${OLDEST.join('.')} is the oldest that we run on`);
  return hello.msg === 'isdbgrid' ? [] : transactionLifetime(db);
}

async function transactionLifetime(db: Db): Promise<string[]> {
  const name = 'transactionLifetimeLimitSeconds';
  try {
    const { [name]: seconds } = await db.admin().command({ getParameter: 1, [name]: 1 });
    if (seconds <= LONGEST_TRANSACTION_SECONDS) return [];
    return [`MongoDB's ${name} is ${seconds}: a process that is killed may hold up intake for that long; set it to 5`];
  } catch (error) {
    if (!(error instanceof MongoServerError) || error.code !== UNAUTHORIZED) throw error;
    return [`MongoDB's ${name} is not for us to read: see that it is 5`];
  }
}

function wrong(message: string): TocsinError {
  return new InvalidInput(message, { code: 'store-unfit', field: 'MONGODB_URL' });
}
