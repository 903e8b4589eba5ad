import type { MessageInitShape } from '@bufbuild/protobuf';
import { type Decision, type IncidentState, type Kept, newIncident, restoreIncident } from '@tocsin/domain';
import { startTestEngines, type TestEngines } from '@tocsin/local/engines';
import {
  connectNats,
  createLifecycle,
  createLogger,
  createTemporalClient,
  serve,
  services,
  type TemporalClient,
  until,
} from '@tocsin/platform';
import {
  type CloseRequest,
  type CloseResponseSchema,
  type StoreLayerRequest,
  WordsResponse_State,
  type WordsResponseSchema,
} from '@tocsin/proto/incident/v1';
import { type DeliverRequest, type DeliverResponseSchema, Outcome } from '@tocsin/proto/notifier/v1';
import { type BeginResponseSchema, Channel, type ResolvedLayer, TargetKind } from '@tocsin/proto/roster/v1';
import {
  DECISION_QUERY,
  type DecisionAnswer,
  EVENT_SIGNAL,
  INCIDENT_WORKFLOW,
  INCIDENTS_QUEUE,
  type IncidentInput,
  incidentWorkflowId,
  TASK_TIMEOUT_MS,
} from '../contracts/index.ts';
import { createWorker, type WorkerService, workflowBundle } from '../worker/index.ts';

type Maybe<T> = T | Promise<T>;

/** What the services say when they are asked; a test changes it as it goes. */
export interface Says {
  begin(): Maybe<MessageInitShape<typeof BeginResponseSchema>>;
  words(notification: string): Maybe<MessageInitShape<typeof WordsResponseSchema>>;
  deliver(request: DeliverRequest, channel: string): Maybe<MessageInitShape<typeof DeliverResponseSchema>>;
  /** May throw, to refuse the log's entries. */
  append(): void;
  close(request: CloseRequest): Maybe<MessageInitShape<typeof CloseResponseSchema>>;
}

/** The services that a workflow's activities ask, as small as they can be, on a real bus and a real Temporal server. */
export interface World {
  engines: TestEngines;
  client: TemporalClient['client'];
  says: Says;
  /** Every request to deliver, as `<channel> <notification>`. */
  delivered: string[];
  /** Every withdrawal, as `<channel> <through round> <person>`. */
  withdrawn: string[];
  /** The log as `incidents` would have it: entries by id, in the order in which they came first. */
  log: Map<string, { kind: string; data: Record<string, unknown>; at: number }>;
  /** `change` makes other workflows of ours: such as an earlier version's. */
  startWorker(change?: (code: string) => string): Promise<WorkerService>;
  startIncident(options?: { turnAfterEvents?: number; state?: IncidentState }): Promise<IncidentHandle>;
  stop(): Promise<void>;
}

export type IncidentHandle = ReturnType<TemporalClient['client']['workflow']['getHandle']>;

export const INCIDENT = '01INCIDENT';

const rules = (id: string) => [
  { contactMethodId: `${id}-sms`, channel: Channel.SMS, delayMs: 0, repeats: 0, repeatEveryMs: 0 },
  { contactMethodId: `${id}-voice`, channel: Channel.VOICE, delayMs: 0, repeats: 0, repeatEveryMs: 0 },
];
const layerOf = (id: string) => ({
  people: [{ personId: id, high: rules(id), low: rules(id), because: `person ${id}` }],
  gaps: [],
});
const target = (id: string) => [{ kind: TargetKind.PERSON, id }];

/** Two layers of one person each, and the boss; nobody is waited for long unless a test says so. */
export function policyOf(tryForMs = 60_000) {
  const layers = ['ada', 'ben'].map((id) => ({ targets: target(id), tryForMs: BigInt(tryForMs) }));
  const catchAllEveryMs = BigInt(tryForMs);
  return { id: 'p', version: '1', layers, rounds: 1, catchAll: target('boss'), catchAllEveryMs, ackTimeoutMs: 0n };
}

export function begun(tryForMs?: number) {
  const layers = [layerOf('ada'), layerOf('ben')];
  return { policy: policyOf(tryForMs), layers, catchAll: layerOf('boss'), reason: 'named' };
}

/** An incident as it is when its workflow is first told of it, or as its log tells. */
export function incidentState(log?: World['log'], openedAt = Date.now()): IncidentState {
  const facts = {
    incidentId: INCIDENT,
    number: 'INC-1',
    organisationId: 'acme',
    teamId: 'secops',
    policyId: 'p',
    drill: false,
    openedAt,
    counts: { version: 1, members: 1, firing: 1, severity: 'critical' as const },
    epoch: 0,
  };
  if (!log) return newIncident(facts);
  const entries = [...log].map(([id, entry]) => ({ id, ...entry })) as Kept['entries'];
  return restoreIncident({ ...facts, epoch: 1 }, { entries, layers: [], answers: [] }, Date.now());
}

/** A person's answer to a page of round 1, as a signal carries it. */
export function answer(personId: string, said: 'accept' | 'reject' | 'resolve' | 'escalate', id?: string) {
  const event = {
    kind: 'answer' as const,
    id: id ?? `${personId}-${said}`,
    answer: said,
    personId,
    escalationId: 'response',
    round: 1,
    layer: 1,
    channel: 'sms' as const,
  };
  return { event };
}

/** Gives a person's answer and resolves with what was decided on it, as `incidents` does. */
export async function ask(handle: IncidentHandle, ...given: Parameters<typeof answer>): Promise<Decision> {
  const message = answer(...given);
  await handle.signal(EVENT_SIGNAL, message);
  // A question that meets a turn is never answered.
  const decision = () =>
    handle.client.withDeadline(Date.now() + 500, () =>
      handle.query<DecisionAnswer, [string]>(DECISION_QUERY, message.event.id),
    );
  return until(async () => (await decision()) ?? undefined, { what: 'a decision', timeoutMs: 15_000 });
}

export async function startWorld(): Promise<World> {
  const log = createLogger('test', 'silent');
  const lifecycle = createLifecycle(log);
  const engines = await startTestEngines({ nats: true, mongo: false, temporal: true });
  lifecycle.add('engines', () => engines.stop());
  const nc = await connectNats(engines.natsUrl, 'test');
  lifecycle.add('nats', () => nc.close());
  const { client, connection } = await createTemporalClient(engines.temporalAddress, engines.namespace);
  lifecycle.add('temporal', () => connection.close());
  const says: Says = {
    begin: () => begun(),
    words: () => ({ state: WordsResponse_State.GO, words: { title: 'db-17' } }),
    deliver: () => ({ outcome: Outcome.SENT, provider: 'test' }),
    append: () => {},
    close: () => ({ closed: true }),
  };
  const world = { delivered: [] as string[], withdrawn: [] as string[], log: new Map() as World['log'] };
  for (const stop of serveAll(nc, says, world)) lifecycle.add('stub', stop);
  const workflowId = incidentWorkflowId(INCIDENT);

  return {
    ...world,
    engines,
    client,
    says,
    startWorker: async (change = (code) => code) => {
      const { code } = await workflowBundle();
      const config = {
        natsUrl: engines.natsUrl,
        temporalAddress: engines.temporalAddress,
        temporalNamespace: engines.namespace,
        logLevel: 'silent',
      };
      const worker = createWorker(config, { workflowBundle: { code: change(code) } });
      await worker.start();
      lifecycle.add('worker', () => worker.stop());
      return worker;
    },
    startIncident: async ({ turnAfterEvents, state } = {}) => {
      const input: IncidentInput = {
        state: state ?? incidentState(),
        ...(turnAfterEvents ? { turnAfterEvents } : {}),
      };
      await client.workflow.start(INCIDENT_WORKFLOW, {
        workflowId,
        taskQueue: INCIDENTS_QUEUE,
        workflowTaskTimeout: TASK_TIMEOUT_MS,
        args: [input],
        workflowIdReusePolicy: 'ALLOW_DUPLICATE_FAILED_ONLY',
      });
      return client.workflow.getHandle(workflowId);
    },
    stop: () => lifecycle.stop(),
  };
}

function serveAll(
  nc: Parameters<typeof serve>[0],
  says: Says,
  world: Pick<World, 'delivered' | 'withdrawn' | 'log'>,
): (() => Promise<void>)[] {
  const log = createLogger('test', 'silent');
  const refuse = async (): Promise<never> => {
    throw new Error('not asked in this test');
  };
  const layers = new Map<string, ResolvedLayer>();
  const roster = {
    begin: async () => says.begin(),
    resolve: async ({ targets }: { targets: { id: string }[] }) => layerOf(targets[0]?.id ?? 'boss'),
    reach: refuse,
    findByAddress: refuse,
    forgetAddress: refuse,
    apply: refuse,
    shifts: refuse,
    timeZones: refuse,
  };
  const storedLayer = ({ escalationId, round, layer, people }: StoreLayerRequest) => {
    const place = `${escalationId}/${round}/${layer}`;
    if (people && !layers.has(place)) layers.set(place, people);
    return layers.get(place);
  };
  const incidents: Parameters<typeof serve<typeof services.incidents.desc>>[2] = {
    words: async ({ key }) => says.words(key?.id ?? ''),
    storeLayer: async (request) => storedLayer(request) ?? {},
    storeLayers: async (request) => ({ layers: request.layers.map((one) => storedLayer(one) ?? {}) }),
    append: async ({ entries }) => {
      says.append();
      for (const { id, kind, dataJson, at } of entries) {
        if (!world.log.has(id))
          world.log.set(id, { kind, data: JSON.parse(dataJson), at: Number(at?.seconds) * 1_000 });
      }
      return { head: BigInt(world.log.size) };
    },
    close: async (request) => says.close(request),
    answer: refuse,
    command: refuse,
    get: refuse,
    list: refuse,
    summary: refuse,
    alertsOf: refuse,
    decisionsOf: refuse,
    applyRoutes: refuse,
    logSince: refuse,
  };
  const notifiers = ['sms', 'voice'].map((instance) =>
    serve(
      nc,
      services.notifier,
      {
        deliver: async (request) => {
          world.delivered.push(`${instance} ${request.key?.id}`);
          return says.deliver(request, instance);
        },
        withdraw: async ({ throughRound, personId }) => {
          world.withdrawn.push(`${instance} ${throughRound} ${personId}`);
          return {};
        },
        hearDevice: async () => ({}),
      },
      { log, instance },
    ),
  );
  const running = [serve(nc, services.roster, roster, { log }), serve(nc, services.incidents, incidents, { log })];
  return [...running, ...notifiers].map((one) => () => one.stop());
}
