import { fromBinary } from '@bufbuild/protobuf';
import { connectMongo, type FactRow, facts, until } from '@tocsin/platform';
import { type Progressed, ProgressedSchema } from '@tocsin/proto/page/v1';
import express from 'express';
import { startTestEngines } from '../../../deploy/local/src/engines/index.ts';
import type { LedgerRow } from '../src/ledger/row.ts';
import { createNotifier, type Notifier } from '../src/notifier.ts';
import { type Notification, type PastAttempt, type Provider, ProviderError } from '../src/provider.ts';
import type { Neighbours } from '../src/testing/index.ts';
import { quietLog, startNeighbours } from '../src/testing/index.ts';

/** A provider whose every move a test decides, shared by all replicas as the real one would be. */
export interface ScriptedProvider extends Provider {
  sent: Notification[];
  stopped: string[];
  /** What it has, by its own id. */
  has: Map<string, Notification>;
  /** How it meets the next requests; it takes those for which nothing is said. */
  next: ((notification: Notification, signal: AbortSignal) => Promise<void>)[];
  onLookUp: (() => Promise<void>) | null;
}

export interface World {
  neighbours: Neighbours;
  providers: [ScriptedProvider, ScriptedProvider];
  /** A further replica. */
  replica(): Promise<Notifier>;
  rows(): Promise<LedgerRow[]>;
  row(): Promise<LedgerRow>;
  facts(subject: string): Promise<number>;
  /** Every `page.v1.progressed` that was stored, in the order of its storing. */
  progressed(): Promise<Progressed[]>;
  /** Makes a lease run out, as time would after a crash. */
  expireLeases(): Promise<void>;
  /** Puts the first attempt back to where it was while its request was made, by somebody whose lease is not over yet. */
  leaveCalling(leaseMs: number): Promise<void>;
  /** Makes attempts look as old as this. */
  age(ms: number): Promise<void>;
  url: string;
  first: Notifier;
  stop(): Promise<void>;
}

const PROVIDER_TIMEOUT_MS = 400;

/** A notifier of a made-up channel in front of two scripted providers, on real engines. */
export async function createWorld(): Promise<World> {
  const engines = await startTestEngines({ nats: true, mongo: true, temporal: false });
  const { client, db } = await connectMongo(engines.mongoUrl);
  const neighbours = await startNeighbours(engines.natsUrl, 'push');
  const providers: World['providers'] = [scripted('a'), scripted('b')];
  const running: Notifier[] = [];
  const ledger = db.collection<LedgerRow>('pushLedger');

  const replica = async () => {
    const notifier = createNotifier(
      {
        channel: 'push',
        providers: () => providers,
        routes: (desk) => {
          const router = express.Router();
          router.post('/receipt/:token/:receipt/:providerId', async (req, res) => {
            const { token, receipt, providerId } = req.params;
            await desk.receipt(token, { providerId, receipt: receipt as 'sent', ended: false, reason: '' });
            res.end();
          });
          router.post('/answer/:token/:id', async (req, res) => {
            const sent = await desk.byToken(req.params.token);
            if (!sent) return void res.status(404).end();
            res.json(await desk.answer({ _id: req.params.id, key: sent.key, answer: 'accept', reason: '' }));
          });
          return router;
        },
      },
      {
        natsUrl: engines.natsUrl,
        mongoUrl: engines.mongoUrl,
        port: 0,
        host: '127.0.0.1',
        twilioAccounts: [],
        providerTimeoutMs: PROVIDER_TIMEOUT_MS,
      },
      { log: quietLog },
    );
    running.push(notifier);
    await notifier.start();
    return notifier;
  };
  const first = await replica();
  return {
    neighbours,
    providers,
    replica,
    first,
    url: `http://127.0.0.1:${first.port}`,
    rows: () => ledger.find().toArray(),
    async row() {
      const [row, ...more] = await ledger.find().toArray();
      if (!row || more.length > 0) throw new Error('there is not exactly one ledger row');
      return row;
    },
    facts: (subject) => db.collection('pushFacts').countDocuments({ subject, told: { $ne: null } }),
    async progressed() {
      const rows = await db
        .collection<FactRow>('pushFacts')
        .find({ subject: facts.pageProgressed.subject() })
        .toArray();
      const bytesOf = ({ bytes }: FactRow) => (bytes instanceof Uint8Array ? bytes : bytes.value());
      return rows
        .sort((one, other) => one.at.getTime() - other.at.getTime())
        .map((row) => fromBinary(ProgressedSchema, bytesOf(row)));
    },
    async expireLeases() {
      await ledger.updateMany({ lease: { $ne: null } }, { $set: { 'lease.until': new Date(0) }, $inc: { rev: 1 } });
    },
    async leaveCalling(leaseMs) {
      const lease = { holder: 'dead', until: new Date(Date.now() + leaseMs) };
      await ledger.updateMany({}, { $set: { 'attempts.0.outcome': 'calling', lease }, $inc: { rev: 1 } });
    },
    async age(ms) {
      for (const row of await ledger.find().toArray()) {
        const attempts = row.attempts.map((one) => ({ ...one, startedAt: new Date(one.startedAt.getTime() - ms) }));
        await ledger.updateOne({ _id: row._id }, { $set: { attempts }, $inc: { rev: 1 } });
      }
    },
    async stop() {
      await Promise.all(running.map((one) => one.stop()));
      await neighbours.stop();
      await client.close();
      await engines.stop();
    },
  };
}

/** Polls until a probe says yes, so that no test sleeps. */
export const soon = (probe: () => Promise<boolean>, what: string) => until(probe, { what, timeoutMs: 8_000 });

function scripted(id: string): ScriptedProvider {
  let count = 0;
  const it: ScriptedProvider = {
    id,
    capabilities: { lookUp: true, stop: true, revise: false },
    sent: [],
    stopped: [],
    has: new Map(),
    next: [],
    onLookUp: null,
    async send(notification, { signal }) {
      it.sent.push(notification);
      count += 1;
      const providerId = `${id}-${count}`;
      const meet = it.next.shift();
      try {
        await meet?.(notification, signal);
      } catch (error) {
        if (error === TAKEN_UNHEARD) {
          it.has.set(providerId, notification);
          throw new ProviderError('unknown', 'connection-cut');
        }
        throw error;
      }
      it.has.set(providerId, notification);
      return { providerId };
    },
    async lookUp({ notification }: PastAttempt) {
      await it.onLookUp?.();
      return [...it.has].filter(([, one]) => one.address === notification.address).map(([providerId]) => providerId);
    },
    async stop(providerId) {
      it.stopped.push(providerId);
      return true;
    },
  };
  return it;
}

const TAKEN_UNHEARD = new Error('taken, and the answer was lost');

/** Ways in which a provider meets a request. */
export const refuses = (kind: 'temporary' | 'permanent' | 'rate-limited' | 'invalid-target') => async () => {
  throw new ProviderError(kind, `test-${kind}`);
};
export const hangs = (_: Notification, signal: AbortSignal) =>
  new Promise<void>((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(new ProviderError('unknown', 'provider-timeout')));
  });
export const takesUnheard = async () => {
  throw TAKEN_UNHEARD;
};
