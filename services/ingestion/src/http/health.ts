import express, { type Express } from 'express';
import type { Db } from 'mongodb';
import { within } from '../store/within.ts';

export interface HealthOptions {
  db: Db;
  busUp(): Promise<boolean>;
}

const PROBE_MS = 1_000;

/**
 * `/healthz`: the process lives. `/readyz`: it can take posts, which needs the store and nothing else. A bus that is away is
 * said, but is no reason to send senders elsewhere, where it is away as well.
 */
export function createHealthApp({ db, busUp }: HealthOptions): Express {
  const app = express();
  app.disable('x-powered-by');
  app.get('/healthz', (_req, res) => {
    res.json({ status: 'ok' });
  });
  app.get('/readyz', async (_req, res) => {
    const [store, bus] = await Promise.all([storeUp(db), busUp()]);
    res.status(store ? 200 : 503).json({ store: said(store), nats: said(bus) });
  });
  return app;
}

function storeUp(db: Db): Promise<boolean> {
  return within(PROBE_MS, db.command({ ping: 1 })).then(
    () => true,
    () => false,
  );
}

function said(up: boolean): string {
  return up ? 'ok' : 'away';
}
