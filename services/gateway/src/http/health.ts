import { answers, type Probe } from '@tocsin/platform';
import { Router } from 'express';

/**
 * `/healthz`: the process lives; nothing is touched, so that no engine's trouble ends the process. `/readyz`: people can sign in, which
 * needs the store. A bus that is away is said, and is no reason to send people elsewhere, where it is away as well.
 */
export function createHealth(probes: { store: Probe; nats: Probe }): Router {
  const router = Router();
  router.get('/healthz', (_req, res) => {
    res.json({ status: 'ok' });
  });
  router.get('/readyz', async (_req, res) => {
    const [store, bus] = await Promise.all([answers(probes.store), answers(probes.nats)]);
    res.status(store ? 200 : 503).json({ store: said(store), nats: said(bus) });
  });
  return router;
}

function said(up: boolean): string {
  return up ? 'ok' : 'away';
}
