import { readFile } from 'node:fs/promises';
import { connectMongo, until } from '@tocsin/platform';
import type { Document } from 'mongodb';
import type { Harness } from './harness.ts';

/** A copy of every collection as of one instant, as `mongodump --oplog` makes it. */
export interface Backup {
  readonly at: Date;
  /** Puts all of it in the place of what is there. Services do not run meanwhile. */
  restore(): Promise<void>;
}

export async function backUp({ engines }: Pick<Harness, 'engines'>): Promise<Backup> {
  const { client, db } = await connectMongo(engines.mongoUrl);
  const session = client.startSession({ snapshot: true });
  const copies = new Map<string, Document[]>();
  const at = new Date();
  try {
    const collections = await db.listCollections({ type: 'collection' }, { nameOnly: true }).toArray();
    for (const { name } of collections) copies.set(name, await db.collection(name).find({}, { session }).toArray());
  } finally {
    await session.endSession();
    await client.close();
  }
  return { at, restore: () => restore(engines.mongoUrl, copies) };
}

async function restore(mongoUrl: string, copies: ReadonlyMap<string, Document[]>): Promise<void> {
  const { client, db } = await connectMongo(mongoUrl);
  try {
    for (const { name } of await db.listCollections({ type: 'collection' }, { nameOnly: true }).toArray()) {
      await db.collection(name).deleteMany({});
      const docs = copies.get(name) ?? [];
      if (docs.length > 0) await db.collection(name).insertMany(docs);
    }
  } finally {
    await client.close();
  }
}

/** Temporal without any workflow of this system, as if it were new. */
export async function emptyTemporal({ temporal, engines }: Harness): Promise<void> {
  const { namespace } = engines;
  const ids = new Set<string>();
  for await (const { workflowId } of temporal.workflow.list()) ids.add(workflowId);
  for (const workflowId of ids) {
    const workflowExecution = { workflowId };
    await temporal.workflowService.deleteWorkflowExecution({ namespace, workflowExecution });
  }
  const isGone = (workflowId: string) =>
    temporal.workflow
      .getHandle(workflowId)
      .describe()
      .then(
        () => false,
        () => true,
      );
  const allGone = async () => (await Promise.all([...ids].map(isGone))).every(Boolean);
  await until(allGone, { timeoutMs: 60_000, what: 'Temporal to be empty' });
}

/** Carries out a block of a page's commands for `mongosh`, the one that contains `words`, with texts replaced. */
export async function runMongosh(
  { db }: Pick<Harness, 'db'>,
  page: string,
  words: string,
  replaced: Record<string, string> = {},
): Promise<void> {
  const text = await readFile(new URL(`../../docs/${page}`, import.meta.url), 'utf8');
  const block = [...text.matchAll(/```js\n([\s\S]*?)```/g)]
    .map((one) => one[1] ?? '')
    .find((one) => one.includes(words));
  if (block === undefined) throw new Error(`docs/${page} has no such commands: ${words}`);
  const commands = Object.entries(replaced).reduce((so, [from, to]) => {
    if (!so.includes(from)) throw new Error(`docs/${page} does not say ${from}`);
    return so.replaceAll(from, to);
  }, block);
  // mongosh waits for each command by itself.
  const waiting: Promise<unknown>[] = [];
  const collection = (name: string) =>
    new Proxy(db.collection(name), {
      get:
        (target, method) =>
        (...args: unknown[]) => {
          const done = (target as unknown as Record<string | symbol, (...args: unknown[]) => Promise<unknown>>)[
            method
          ]!;
          waiting.push(done.apply(target, args));
        },
    });
  const shell = new Proxy({}, { get: (_, name) => (name === 'getCollection' ? collection : collection(String(name))) });
  new Function('db', commands)(shell);
  await Promise.all(waiting);
}
