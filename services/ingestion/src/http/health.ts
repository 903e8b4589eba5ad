import { answers, type Probe } from '@tocsin/platform';
import express, { type Express } from 'express';

export interface HealthOptions {
  storeUp: Probe;
  busUp(): Promise<boolean>;
}

/**
 * `/healthz`: the process lives. `/readyz`: it can take posts, which needs the store and nothing else. A bus that is away is
 * said, but is no reason to send senders elsewhere, where it is away as well.
 */
export function createHealthApp({ storeUp, busUp }: HealthOptions): Express {
  const app = express();
  app.disable('x-powered-by');
  app.get('/healthz', (_req, res) => {
    res.json({ status: 'ok' });
  });
  app.get('/readyz', async (_req, res) => {
    const [store, bus] = await Promise.all([answers(storeUp), busUp()]);
    res.status(store ? 200 : 503).json({ store: said(store), nats: said(bus) });
  });
  return app;
}

function said(up: boolean): string {
  return up ? 'ok' : 'away';
}
