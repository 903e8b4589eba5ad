import type { NatsConnection } from '@nats-io/nats-core';
import type { Db } from 'mongodb';
import { isUp } from '../nats/link.ts';
import type { Probe } from './health.ts';

/** NATS answers on this connection. */
export function busProbe(nc: NatsConnection): Probe {
  return () => isUp(nc) && nc.flush().then(() => true);
}

/** MongoDB answers. */
export function storeProbe(db: Db): Probe {
  return () => db.command({ ping: 1 }).then(() => true);
}
