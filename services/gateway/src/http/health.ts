import type { NatsConnection } from '@tocsin/platform';
import { Router } from 'express';
import type { Db } from 'mongodb';

const PROBE_MS = 1_000;

/**
 * `/healthz`: the process lives; nothing is touched, so that no engine's trouble ends the process. `/readyz`: people can sign in, which
 * needs the store. A bus that is away is said, and is no reason to send people elsewhere, where it is away as well.
 */
export function createHealth({ db, nc }: { db: Db; nc: NatsConnection }): Router {
  const router = Router();
  router.get('/healthz', (_req, res) => {
    res.json({ status: 'ok' });
  });
  router.get('/readyz', async (_req, res) => {
    const [store, bus] = await Promise.all([answers(db.command({ ping: 1 })), answers(nc.flush())]);
    res.status(store ? 200 : 503).json({ store: said(store), nats: said(bus) });
  });
  return router;
}

function answers(probe: Promise<unknown>): Promise<boolean> {
  const { promise: late, resolve } = Promise.withResolvers<boolean>();
  const timer = setTimeout(resolve, PROBE_MS, false);
  const answered = probe.then(
    () => true,
    () => false,
  );
  return Promise.race([answered, late]).finally(() => clearTimeout(timer));
}

function said(up: boolean): string {
  return up ? 'ok' : 'away';
}
