import { connectMongo, connectNats, createClient, services } from '@tocsin/platform';
import type { Watched } from '../chaos/rules.ts';
import { ORGANISATION, type TestPerson } from '../harness/organisation.ts';
import type { ProcessSystem } from '../harness/process-system.ts';
import { type FarCarrier, openCarrier } from './far-carrier.ts';
import type { WayIn } from './way-in.ts';

/** What an evaluation in a cluster stored, and what left it. */
export interface FarSystem extends FarCarrier, Watched, Pick<ProcessSystem, 'incidents' | 'list'> {
  readonly carrier: FarCarrier['carrier'];
}

/** Whom the observer has to be let in by. */
export const OBSERVED = ['mongodb', 'nats', 'temporal', 'simulator'];

export async function openSystem(way: WayIn, release: string, people: readonly TestPerson[]): Promise<FarSystem> {
  const carrier = await openCarrier(way, `http://${release}-simulator:8080`, people);
  const mongoPort = await way.portTo(`${release}-mongodb`, 27017);
  const { db, client } = await connectMongo(`mongodb://127.0.0.1:${mongoPort}/tocsin?directConnection=true`);
  const nc = await connectNats(`nats://127.0.0.1:${await way.portTo(`${release}-nats`, 4222)}`, 'test');
  const incidents = createClient(nc, services.incidents, { timeoutMs: 5_000 });
  return {
    ...carrier,
    db,
    engines: {
      temporalAddress: `127.0.0.1:${await way.portTo(`${release}-temporal`, 7233)}`,
      namespace: 'tocsin',
    },
    incidents,
    async list() {
      return (await incidents.list({ organisationId: ORGANISATION, openOnly: false, limit: 500 })).incidents;
    },
    async close() {
      await carrier.close();
      await nc.close();
      await client.close();
    },
  };
}
