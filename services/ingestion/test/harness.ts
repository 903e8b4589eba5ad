import { startTestEngines, type TestEngines, type TestEngineWishes } from '@tocsin/local/engines';
import {
  connectMongo,
  connectNats,
  createClient,
  createLogger,
  newId,
  provision,
  services,
  until,
} from '@tocsin/platform';
import { createIngestion, type Ingestion, type IngestionOverrides } from '../src/index.ts';
import type { Collections } from '../src/store/collections.ts';
import { collectionsOf } from '../src/store/collections.ts';

export const log = createLogger('test', process.env.TEST_LOG ?? 'silent');
export const ORGANISATION = 'acme';

export interface Harness {
  engines: TestEngines;
  collections: Collections;
  nc: Awaited<ReturnType<typeof connectNats>>;
  alerts: ReturnType<typeof alertsClient>;
  /** A replica, started. */
  replica(overrides?: IngestionOverrides): Promise<Replica>;
  /** An applied integration's key. Integrations that were applied before stay. */
  integration(fields?: Partial<IntegrationFields>): Promise<string>;
  close(): Promise<void>;
}

export interface Replica extends Ingestion {
  url: string;
  post(path: string, body: string | Buffer, headers?: Record<string, string>): Promise<Answer>;
}

export interface Answer {
  status: number;
  headers: Headers;
  body: Record<string, string>;
}

export interface IntegrationFields {
  id: string;
  name: string;
  key: string;
  teamId: string;
  drill: boolean;
}

function alertsClient(nc: Awaited<ReturnType<typeof connectNats>>) {
  return createClient(nc, services.alerts);
}

export async function openHarness(
  wishes: TestEngineWishes = { nats: true, mongo: true, temporal: false },
): Promise<Harness> {
  const engines = await startTestEngines(wishes);
  const nc = await connectNats(engines.natsUrl, 'test');
  await provision(nc);
  const { client, db } = await connectMongo(engines.mongoUrl);
  const alerts = alertsClient(nc);
  const replicas: Ingestion[] = [];
  const applied: IntegrationFields[] = [];

  return {
    engines,
    collections: collectionsOf(db),
    nc,
    alerts,
    async replica(overrides = {}) {
      const config = { natsUrl: engines.natsUrl, mongoUrl: engines.mongoUrl, port: 0, host: '127.0.0.1' };
      const ingestion = createIngestion(config, { log, sweepEveryMs: 100, ...overrides });
      await ingestion.start();
      replicas.push(ingestion);
      const url = `http://127.0.0.1:${ingestion.port}`;
      return Object.assign(Object.create(ingestion), { url, post: poster(url) }) as Replica;
    },
    async integration(fields = {}) {
      const id = fields.id ?? `i-${newId()}`;
      const key = fields.key ?? `key-${newId()}`;
      applied.push({ name: `Sender ${id}`, teamId: '', drill: false, ...fields, id, key });
      const integrations = applied.map((one) => ({ ...one, organisationId: ORGANISATION, source: 'generic' }));
      await alerts.applyIntegrations({ organisationId: ORGANISATION, integrations });
      return key;
    },
    async close() {
      await Promise.all(replicas.map((replica) => replica.stop()));
      await client.close();
      await nc.close();
      await engines.stop();
    },
  };
}

export function poster(url: string): Replica['post'] {
  return async (path, body, headers = {}) => {
    const response = await fetch(`${url}${path}`, {
      method: 'POST',
      body: typeof body === 'string' ? body : new Uint8Array(body),
      headers: { 'content-type': 'application/json', ...headers },
    });
    return {
      status: response.status,
      headers: response.headers,
      body: (await response.json()) as Record<string, string>,
    };
  };
}

/** The alerts of an envelope, once it is parsed. */
export function alertsOf({ collections }: Harness, envelopeId: string) {
  const [parcelId = '', place] = envelopeId.split('.');
  return until(
    async () => {
      const parcel = await collections.parcels.findOne({ _id: parcelId, next: { $gt: Number(place) } });
      return parcel ? collections.alerts.find({ envelopeId }).sort({ _id: 1 }).toArray() : undefined;
    },
    { what: `envelope ${envelopeId} to be parsed` },
  );
}

/** An envelope as it was stored. */
export async function envelopeOf({ collections }: Harness, envelopeId: string) {
  const [parcelId = '', place] = envelopeId.split('.');
  const parcel = await collections.parcels.findOne({ _id: parcelId });
  return { parcel, envelope: parcel?.envelopes[Number(place)] };
}

/** The ids of all envelopes that are stored. */
export async function envelopeIds({ collections }: Harness): Promise<string[]> {
  const parcels = await collections.parcels.find({}).toArray();
  return parcels.flatMap(({ _id, envelopes }) => envelopes.map((_, place) => `${_id}.${place}`));
}

/** How an alert's telling stands. */
export async function tellingOf({ collections }: Harness, alertId: string) {
  return (await collections.tellings.findOne({ alerts: alertId })) ?? undefined;
}
