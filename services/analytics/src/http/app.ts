import express, { type Express } from 'express';
import type { Metrics } from './metrics.ts';

/** `/metrics` in OpenMetrics; `/healthz`: the process lives; `/readyz`: it can be asked. */
export function createApp({ registry }: Metrics, ready: () => boolean): Express {
  const app = express();
  app.disable('x-powered-by');
  app.get('/healthz', (_req, res) => {
    res.json({ status: 'ok' });
  });
  app.get('/readyz', (_req, res) => {
    res.status(ready() ? 200 : 503).json({ numbers: ready() ? 'ok' : 'being read' });
  });
  app.get('/metrics', async (_req, res) => {
    const text = await registry.metrics();
    res.set('content-type', registry.contentType).send(text);
  });
  return app;
}
