import { randomBytes } from 'node:crypto';
import { applyOrganisation } from '@tocsin/cli';
import { type Carrier, createCarrier, type Phone } from '@tocsin/local/carrier';
import { freePort, startTestEngines, type TestEngines } from '@tocsin/local/engines';
import {
  type Client,
  connectMongo,
  connectNats,
  createClient,
  millis,
  type NatsConnection,
  provision,
  services,
  sleep,
  until,
} from '@tocsin/platform';
import type { Alerts } from '@tocsin/proto/alert/v1';
import type { Incident, Incidents } from '@tocsin/proto/incident/v1';
import { KEY, numberOf, ORGANISATION, organisationYaml, PEOPLE, type TestOrganisation } from './organisation.ts';
import { createServiceProcess, SERVICES, type ServiceName, type ServiceProcess } from './processes.ts';

export interface ProcessSystem {
  readonly engines: TestEngines;
  readonly carrier: Carrier;
  readonly processes: Record<ServiceName, ServiceProcess>;
  readonly nc: NatsConnection;
  readonly incidents: Client<typeof Incidents>;
  /** Where a process says how it is; there where `ops` was asked for. */
  opsUrl(name: ServiceName): string;
  /** Where a sender posts. */
  readonly intakeUrl: string;
  readonly alerts: Client<typeof Alerts>;
  /** What the services stored, to be compared with what the world outside saw. */
  readonly db: Db;
  /** Changes the organisation to another, of the same people. */
  apply(organisation: TestOrganisation): Promise<void>;
  post(body: unknown): Promise<Response>;
  phone(personId: string): Phone;
  list(): Promise<Incident[]>;
  log(number?: string): Promise<{ kind: string; at: number; data: Record<string, unknown> }[]>;
  /** Resolves when every service that is asked for something answers. */
  ready(): Promise<void>;
  stop(): Promise<void>;
}

export interface ProcessSystemOptions extends TestOrganisation {
  engines?: Parameters<typeof startTestEngines>[0];
  /** History length after which an incident's workflow is carried over into a new run. */
  turnAfterEvents?: number;
  /** Each process has its health and metrics on a port of its own. */
  ops?: boolean;
  /** Added to every process's environment. */
  env?: Record<string, string>;
  /** Where each process's output goes, a file each. */
  logDir?: string | undefined;
}

type Db = Awaited<ReturnType<typeof connectMongo>>['db'];

const STOP_WITHIN_MS = 20_000;
/** How long a provider is given to take a notification. */
export const PROVIDER_TIMEOUT_MS = '2000';

/** What does not end would keep the test's process alive: it is named instead of waited for. */
async function inTime(what: string, end: Promise<void> | undefined): Promise<void> {
  const late = new AbortController();
  const bound = sleep(STOP_WITHIN_MS, late.signal).then(() => {
    throw new Error(`${what} did not end within ${STOP_WITHIN_MS} ms`);
  });
  try {
    await Promise.race([end, bound]);
  } finally {
    late.abort();
    await bound.catch(() => undefined);
  }
}

/** The whole product with a process for each service, on engines that may be killed too. */
export async function startProcesses(options: ProcessSystemOptions = {}): Promise<ProcessSystem> {
  const engines = await startTestEngines(options.engines ?? { nats: true, mongo: true, temporal: true });
  const [ingestionPort, smsPort, voicePort] = await Promise.all([freePort(), freePort(), freePort()]);
  const account = {
    id: 'first',
    accountSid: `AC${'0'.repeat(31)}1`,
    authToken: randomBytes(16).toString('hex'),
    from: '+12025550101',
  };
  const carrier = createCarrier({
    port: 0,
    accounts: [
      {
        accountSid: account.accountSid,
        authToken: account.authToken,
        from: account.from,
        smsUrl: `http://127.0.0.1:${smsPort}/twilio/first/sms`,
      },
    ],
  });
  await carrier.start();
  const notifier = (port: number) => ({
    NOTIFIER_PORT: String(port),
    PUBLIC_URL: `http://127.0.0.1:${port}`,
    TWILIO_ACCOUNTS: JSON.stringify([{ ...account, baseUrl: carrier.url }]),
    PROVIDER_TIMEOUT_MS,
  });
  const common = {
    NATS_URL: engines.natsUrl,
    MONGODB_URL: engines.mongoUrl,
    LOG_LEVEL: process.env.TEST_LOG_LEVEL ?? 'warn',
    ...options.env,
  };
  const temporal = {
    TEMPORAL_ADDRESS: engines.temporalAddress,
    TEMPORAL_NAMESPACE: engines.namespace,
    TOCSIN_TURN_AFTER_EVENTS: String(options.turnAfterEvents ?? 2_000),
  };
  const opsPorts = new Map<string, number>();
  if (options.ops) for (const name of SERVICES) opsPorts.set(name, await freePort());
  const ops = (name: ServiceName) => (opsPorts.has(name) ? { OPS_PORT: String(opsPorts.get(name)) } : {});
  const env: Record<ServiceName, Record<string, string>> = {
    roster: { ...common, ROSTER_MASTER_KEY: randomBytes(32).toString('base64') },
    ingestion: { ...common, INGESTION_PORT: String(ingestionPort) },
    incidents: { ...common, ...temporal },
    sms: { ...common, ...notifier(smsPort) },
    voice: { ...common, ...notifier(voicePort) },
    worker: { ...common, ...temporal },
  };
  // By default, where to look after a failure.
  const { logDir = process.env.TEST_LOG_DIR } = options;
  const processes = Object.fromEntries(
    SERVICES.map((name) => [
      name,
      createServiceProcess(name, { ...env[name], ...ops(name) }, logDir && `${logDir}/${name}.log`),
    ]),
  ) as Record<ServiceName, ServiceProcess>;
  const people = options.people ?? PEOPLE;
  let nc: NatsConnection | undefined;
  let store: Awaited<ReturnType<typeof connectMongo>> | undefined;

  async function stop(): Promise<void> {
    await Promise.all(Object.values(processes).map((one) => one.kill()));
    const failures: unknown[] = [];
    const ends: [string, () => Promise<void> | undefined][] = [
      ['the carrier', () => carrier.stop()],
      ['the connection to NATS', () => nc?.close()],
      ['the connection to MongoDB', () => store?.client.close()],
      ['the engines', () => engines.stop()],
    ];
    // One that does not end spares none of the others.
    for (const [what, end] of ends) await inTime(what, end()).catch((error: unknown) => failures.push(error));
    if (failures.length > 0) throw failures[0];
  }

  try {
    nc = await connectNats(engines.natsUrl, 'test');
    await provision(nc);
    store = await connectMongo(engines.mongoUrl);
    const incidents = createClient(nc, services.incidents, { timeoutMs: 5_000 });
    const intakeUrl = `http://127.0.0.1:${ingestionPort}/v1/in/${KEY}`;
    const alerts = createClient(nc, services.alerts, { timeoutMs: 5_000 });
    const system: ProcessSystem = {
      engines,
      carrier,
      processes,
      nc,
      incidents,
      intakeUrl,
      opsUrl: (name) => `http://127.0.0.1:${opsPorts.get(name)}`,
      alerts,
      db: store.db,
      stop,
      apply: async (organisation) => {
        await applyOrganisation({
          nc: nc!,
          yamlText: organisationYaml({ ...organisation, people }),
          fileName: 'organisation.yaml',
          dryRun: false,
        });
      },
      phone: (personId) => carrier.phone(numberOf(people, personId)),
      post: (body) =>
        fetch(intakeUrl, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(body),
          signal: AbortSignal.timeout(5_000),
        }),
      async list() {
        return (await incidents.list({ organisationId: ORGANISATION, openOnly: false, limit: 500 })).incidents;
      },
      async log(number = 'INC-1') {
        const incident = await incidents.get({ organisationId: ORGANISATION, incident: number, withLog: true });
        return incident.log.map((entry) => ({
          kind: entry.kind,
          at: millis(entry.at) ?? 0,
          data: JSON.parse(entry.dataJson || '{}'),
        }));
      },
      async ready() {
        await until(
          async () => {
            const answered = await Promise.allSettled([
              incidents.list({ organisationId: ORGANISATION, limit: 1 }, { timeoutMs: 1_000 }),
              createClient(nc!, services.roster).begin({ organisationId: ORGANISATION }, { timeoutMs: 1_000 }),
              alerts.describe({ alertIds: [] }, { timeoutMs: 1_000 }),
              // Without words it is refused before anything is done.
              ...['sms', 'voice'].map((instance) =>
                createClient(nc!, services.notifier, { instance }).deliver({}, { timeoutMs: 1_000 }),
              ),
            ]);
            // Whoever answers at all is there, whatever it says.
            return answered.every(
              (one) =>
                one.status === 'fulfilled' ||
                !['no-responder', 'timeout'].includes((one.reason as { code?: string }).code ?? ''),
            );
          },
          { timeoutMs: 60_000, everyMs: 200, what: 'every service to answer' },
        );
      },
    };
    for (const one of Object.values(processes)) one.start();
    await system.ready();
    await system.apply(options);
    return system;
  } catch (error) {
    await stop();
    throw error;
  }
}
