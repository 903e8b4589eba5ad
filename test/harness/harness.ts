import type { MessageInitShape } from '@bufbuild/protobuf';
import { applyOrganisation } from '@tocsin/cli';
import { createTocsin, type Tocsin, type TocsinOptions } from '@tocsin/local';
import type { CarrierEvent, Phone } from '@tocsin/local/carrier';
import { startTestEngines, type TestEngines } from '@tocsin/local/engines';
import {
  type Client,
  connectMongo,
  createClient,
  createTemporalClient,
  millis,
  services,
  type TemporalClient,
  until,
} from '@tocsin/platform';
import type { CommandRequestSchema, Incident, Incidents } from '@tocsin/proto/incident/v1';
import { KEY, numberOf, ORGANISATION, organisationYaml, PEOPLE, type TestOrganisation } from './organisation.ts';

export interface LogLine {
  kind: string;
  at: number;
  data: Record<string, unknown>;
}

/** The whole product on real engines, with the carrier that all phones hang on. */
export interface Harness {
  readonly tocsin: Tocsin;
  readonly engines: TestEngines;
  readonly incidents: Client<typeof Incidents>;
  /** The services' database, to look into. */
  readonly db: Awaited<ReturnType<typeof connectMongo>>['db'];
  readonly temporal: TemporalClient['client'];
  /** Changes the organisation to another. */
  apply(organisation: TestOrganisation): Promise<void>;
  /** Posts a body to ingestion, or to the replica of it at `port`; resolves with the response. */
  post(body: unknown, headers?: Record<string, string>, port?: number): Promise<Response>;
  phone(personId: string, phone?: number): Phone;
  /** What the carrier was asked to send to somebody: requests that it took. */
  requests(personId: string, kind?: 'message' | 'call'): CarrierEvent[];
  list(openOnly?: boolean): Promise<Incident[]>;
  incident(number?: string): Promise<{ incident: Incident; log: LogLine[] }>;
  command(command: MessageInitShape<typeof CommandRequestSchema>): ReturnType<Client<typeof Incidents>['command']>;
  /** Waits for something to become true: nothing sleeps. */
  until: typeof until;
  /** Fails where the outside world met something it did not expect. */
  stop(): Promise<void>;
}

export interface HarnessOptions extends TestOrganisation {
  /** History length after which an incident's workflow is carried over into a new run. */
  turnAfterEvents?: number;
  tocsin?: Partial<TocsinOptions>;
  engines?: Parameters<typeof startTestEngines>[0];
  /** A whole organisation's file in the place of a small one; null: nobody has begun an organisation. */
  yaml?: string | null;
}

/** Settings under which every behaviour holds: one long run, and a turn each 30 events. */
export const TURNS: readonly { name: string; turnAfterEvents: number }[] = [
  { name: 'in one run', turnAfterEvents: 2_000 },
  { name: 'with a turn each 30 events', turnAfterEvents: 30 },
];

export async function startHarness(options: HarnessOptions = {}): Promise<Harness> {
  const { turnAfterEvents = 2_000 } = options;
  const engines = await startTestEngines(options.engines ?? { nats: true, mongo: true, temporal: true });
  const tocsin = await createTocsin({
    natsUrl: engines.natsUrl,
    mongoUrl: engines.mongoUrl,
    temporalAddress: engines.temporalAddress,
    namespace: engines.namespace,
    logLevel: process.env.TEST_LOG_LEVEL ?? 'silent',
    ...options.tocsin,
    overrides: {
      ...options.tocsin?.overrides,
      incidents: { turnAfterEvents, ...options.tocsin?.overrides?.incidents },
    },
  });
  let people = options.people ?? PEOPLE;

  async function apply(organisation: TestOrganisation): Promise<void> {
    people = organisation.people ?? people;
    for (const { id } of people) tocsin.push.device(id);
    await applyYaml(organisationYaml({ ...organisation, people }));
  }

  async function applyYaml(yamlText: string): Promise<void> {
    await applyOrganisation({ nc: tocsin.nc, yamlText, fileName: 'organisation.yaml', dryRun: false });
  }

  let store: Awaited<ReturnType<typeof connectMongo>> | undefined;
  let temporal: TemporalClient | undefined;

  async function stop(): Promise<void> {
    const unexpected = [...tocsin.carrier.unexpected, ...tocsin.slack.problems, ...tocsin.push.problems];
    await tocsin.stop();
    await store?.client.close();
    await temporal?.connection.close();
    await engines.stop();
    if (unexpected.length > 0)
      throw new Error(`the world outside met what it did not expect:\n${unexpected.join('\n')}`);
  }

  try {
    await tocsin.start();
    if (options.yaml === undefined) await apply(options);
    else if (options.yaml !== null) await applyYaml(options.yaml);
    store = await connectMongo(engines.mongoUrl);
    temporal = await createTemporalClient(engines.temporalAddress, engines.namespace);
  } catch (error) {
    await stop().catch(() => undefined);
    throw error;
  }
  const incidents = createClient(tocsin.nc, services.incidents, { timeoutMs: 5_000 });

  return {
    tocsin,
    engines,
    incidents,
    db: store.db,
    temporal: temporal.client,
    apply,
    until: (probe, options) => until(probe, { timeoutMs: 20_000, ...options }),
    stop,
    post: (body, headers = {}, port = tocsin.ports.ingestion) =>
      fetch(`http://127.0.0.1:${port}/v1/in/${KEY}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body),
      }),
    phone: (personId, phone = 1) => tocsin.carrier.phone(numberOf(people, personId, phone)),
    requests: (personId, kind) => {
      const numbers = new Set([1, 2, 3].map((phone) => numberOf(people, personId, phone)));
      return tocsin.carrier
        .record()
        .filter(
          (one) =>
            one.to !== undefined &&
            numbers.has(one.to) &&
            one.status === 201 &&
            (kind ? one.kind === kind : one.kind === 'message' || one.kind === 'call'),
        );
    },
    async list(openOnly = false) {
      const { incidents: found } = await incidents.list({ organisationId: ORGANISATION, openOnly, limit: 500 });
      return found;
    },
    async incident(number = 'INC-1') {
      const incident = await incidents.get({ organisationId: ORGANISATION, incident: number, withLog: true });
      const log = incident.log.map((entry) => ({
        kind: entry.kind,
        at: millis(entry.at) ?? 0,
        data: JSON.parse(entry.dataJson || '{}') as Record<string, unknown>,
      }));
      return { incident, log };
    },
    command: (command) => incidents.command({ organisationId: ORGANISATION, ...command }),
  };
}

/** For tests that run side by side: a system of their own, stopped in any case. */
export async function withHarness(options: HarnessOptions, work: (harness: Harness) => Promise<void>): Promise<void> {
  const harness = await startHarness(options);
  try {
    await work(harness);
  } catch (error) {
    await harness.stop().catch(() => undefined);
    throw error;
  }
  await harness.stop();
}
