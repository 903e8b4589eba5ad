import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { type Document, MongoClient, MongoServerError } from 'mongodb';
import { mongod } from './catalog.ts';
import { type Engine, startEngine } from './child.ts';
import { locate } from './locate.ts';
import type { EngineOptions } from './options.ts';

const replicaSet = 'tocsin';
/** Our transactions take milliseconds. With MongoDB's own 60, one killed process would hold up intake for a minute. */
const transactionSeconds = 5;
/**
 * Nothing reads the past. With MongoDB's own 300 s and a checkpoint a minute, what was dropped keeps its files open for minutes: a test
 * run drops hundreds of databases, and mongod ends itself when it may open no more.
 */
const historySeconds = 5;
const checkpointSeconds = 20;

/** A mongod as a replica set of one: transactions and majority writes behave as in production. */
export async function startMongo({ dataDir, port, log, onDeath }: EngineOptions): Promise<Engine> {
  const command = await locate(mongod, log);
  const dbPath = path.join(dataDir, 'db');
  await mkdir(dbPath, { recursive: true });
  const args = ['--dbpath', dbPath, '--port', String(port), '--bind_ip', '127.0.0.1', '--nounixsocket', '--quiet'];
  args.push('--replSet', replicaSet, '--oplogSize', '64', '--wiredTigerCacheSizeGB', '0.25');
  args.push('--setParameter', 'diagnosticDataCollectionEnabled=false');
  // What a process that was killed inside a transaction had written stays locked until this long after the transaction began.
  args.push('--setParameter', `transactionLifetimeLimitSeconds=${transactionSeconds}`);
  args.push('--setParameter', `minSnapshotHistoryWindowInSeconds=${historySeconds}`);
  args.push('--syncdelay', String(checkpointSeconds));
  return startEngine({
    name: mongod.name,
    address: `mongodb://127.0.0.1:${port}/?replicaSet=${replicaSet}`,
    command,
    args,
    dataDir,
    ready: () => becomePrimary(port),
    onDeath,
  });
}

/** Makes the replica set on the first start, tells it of a changed port on a later one, and checks that it takes writes. */
async function becomePrimary(port: number): Promise<void> {
  const host = `127.0.0.1:${port}`;
  const client = new MongoClient(`mongodb://${host}/?directConnection=true`, {
    serverSelectionTimeoutMS: 1_000,
    connectTimeoutMS: 1_000,
  });
  try {
    await client.connect();
    const admin = client.db('admin');
    if ((await admin.command({ hello: 1 })).isWritablePrimary === true) return;
    try {
      const { config } = await admin.command({ replSetGetConfig: 1 });
      if (config.members[0].host !== host) await admin.command({ replSetReconfig: moved(config, host), force: true });
    } catch (error) {
      if (!(error instanceof MongoServerError) || error.codeName !== 'NotYetInitialized') throw error;
      await admin.command({ replSetInitiate: { _id: replicaSet, members: [{ _id: 0, host }] } });
    }
    throw new Error('mongod has not become primary yet');
  } finally {
    await client.close();
  }
}

function moved(config: Document, host: string): Document {
  return { ...config, version: config.version + 1, members: [{ ...config.members[0], host }] };
}
