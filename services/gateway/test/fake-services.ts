import { type Handlers, InvalidInput, NotFound, newId, serve, services, timestamp } from '@tocsin/platform';
import { Action, type Alerts, Severity } from '@tocsin/proto/alert/v1';
import { AnswerOutcome, type CommandRequest, type Incidents, type ListRequest } from '@tocsin/proto/incident/v1';
import { Channel, type Directory } from '@tocsin/proto/roster/v1';
import { type Harness, log } from './harness.ts';

export const OPENED = Date.UTC(2026, 0, 5, 3);
export const PEOPLE = { ada: 'Ada Lovelace', ben: 'Ben Okri' };

/** What the other services hold, and what they were asked. */
export interface Fakes {
  incident: { id: string; number: string };
  asked: { lists: ListRequest[]; commands: CommandRequest[]; directoryReads: number };
  /** What the next command comes to. */
  outcome: AnswerOutcome;
  revision: bigint;
  stop(): Promise<void>;
}

const at = (ms: number) => timestamp(OPENED + ms);

function refuse(): never {
  throw new InvalidInput('the gateway asks for nothing of this', { code: 'unexpected' });
}

function logOf(incidentId: string) {
  const entry = (position: number, kind: string, ms: number, data: object) => ({
    entryId: `${incidentId}/0-${position}`,
    organisationId: 'acme',
    incidentId,
    position: BigInt(position),
    kind,
    at: at(ms),
    dataJson: JSON.stringify(data),
  });
  const response = { escalation: 'response', round: 1, layer: 1 };
  const key = `${incidentId}/response/1/1/ada/ada-sms/1/page`;
  return [
    entry(1, 'opened', 0, { severity: 'critical', reason: 'default-route' }),
    entry(2, 'escalation-started', 100, { escalation: 'response', policy: 'main', reason: 'named' }),
    entry(3, 'layer-started', 200, { ...response, people: ['ada'], because: ['person ada'], until: OPENED + 60_000 }),
    entry(4, 'page-planned', 300, { ...response, channel: 'sms', kind: 'page', notifications: [key] }),
    entry(5, 'accepted', 9_000, { ...response, person: 'ada', channel: 'sms', answer: 'a1', until: null }),
  ];
}

function alertOf(alertId: string, incidentId: string) {
  return {
    id: alertId,
    envelopeId: 'e',
    organisationId: 'acme',
    integrationId: 'siem',
    source: 'generic',
    action: Action.TRIGGER,
    severity: Severity.CRITICAL,
    title: 'db-17 unreachable',
    receivedAt: at(0),
    reasons: ['no-severity'],
    decision: { alertId, incidentId, notify: true, reason: 'new-incident' },
    decidedAt: at(50),
  };
}

/** Roster, incidents and ingestion as the gateway sees them, on the real bus: strict about the organisation. */
export async function serveFakes(harness: Harness): Promise<Fakes> {
  const { nc } = harness;
  const id = newId();
  const incident = {
    id,
    organisationId: 'acme',
    number: 'INC-7',
    status: 'acknowledged',
    severity: 'critical',
    sourceSeverity: 'critical',
    title: 'db-17 unreachable',
    teamId: 'secops',
    ownerPersonId: 'ada',
    members: 1,
    firing: 1,
    alerts: 2n,
    openedAt: at(0),
    acknowledgedAt: at(9_000),
    logHead: 5n,
  };
  const fakes: Fakes = {
    incident,
    asked: { lists: [], commands: [], directoryReads: 0 },
    outcome: AnswerOutcome.YOURS,
    revision: 3n,
    stop: async () => {},
  };
  const found = ({ organisationId, incident: named }: { organisationId: string; incident: string }) => {
    if (organisationId === 'acme' && [incident.number, id].includes(named)) return incident;
    throw new NotFound(`there is no incident ${named}`, { code: 'incident-unknown', field: 'incident' });
  };
  const incidents: Handlers<typeof Incidents> = {
    answer: refuse,
    words: refuse,
    storeLayer: refuse,
    storeLayers: refuse,
    append: refuse,
    close: refuse,
    decisionsOf: refuse,
    applyRoutes: refuse,
    logSince: refuse,
    list: async (request) => {
      fakes.asked.lists.push(request);
      return { incidents: [incident], nextCursor: 'more' };
    },
    summary: async () => ({
      counts: ['critical', 'high', 'medium', 'low', 'info'].map((severity) => ({ severity, open: 1, acknowledged: 2 })),
      drills: [],
    }),
    get: async (request) => {
      const known = found(request);
      const { withLog, logAfter, logLimit, withNotes, withLayers } = request;
      const entries = logOf(id).filter(({ position }) => position > logAfter);
      const people = { people: [{ personId: 'ada', because: 'person ada', high: [ring(0), ring(30_000)] }] };
      return {
        ...known,
        log: withLog ? entries.slice(0, logLimit || 1_000) : [],
        notes: withNotes ? [{ id: 'n1', text: 'looking', byPersonId: 'ada', at: at(10_000) }] : [],
        layers: withLayers ? [{ escalationId: 'response', round: 1, layer: 1, people }] : [],
      };
    },
    alertsOf: async (request) => {
      found(request);
      return {
        decisions: [{ alertId: `${id}.0-0`, incidentId: id, notify: true, reason: 'new-incident', at: at(50) }],
      };
    },
    command: async (request) => {
      found(request);
      fakes.asked.commands.push(request);
      return { outcome: fakes.outcome, ownerPersonId: 'ada', incidentNumber: 'INC-7' };
    },
  };
  const alerts: Handlers<typeof Alerts> = {
    decide: refuse,
    applyIntegrations: refuse,
    list: async ({ organisationId, integrationId }) => {
      const all = organisationId === 'acme' ? [alertOf('a', id)] : [];
      return { alerts: all.filter((one) => ['', one.integrationId].includes(integrationId)), nextCursor: 'more' };
    },
    describe: async ({ alertIds }) => ({ texts: alertIds.map((alertId) => ({ alertId, title: 'db-17 unreachable' })) }),
    get: async ({ organisationId, alertId, withEnvelope }) => {
      if (organisationId !== 'acme' || alertId === 'gone')
        throw new NotFound('there is no such alert (any more)', { code: 'alert-unknown', field: 'alert_id' });
      const body = alertId === 'binary' ? new Uint8Array([0xff, 0xfe]) : Buffer.from('{"id":"db-17"}');
      return {
        alert: alertOf(alertId, id),
        ...(withEnvelope ? { envelope: { id: 'e', receivedAt: at(0), body, bodyBytes: BigInt(body.length) } } : {}),
      };
    },
  };
  const directory: Handlers<typeof Directory> = {
    put: refuse,
    delete: refuse,
    putOverride: refuse,
    deleteOverride: refuse,
    putDevice: refuse,
    readDevice: refuse,
    removeDevice: refuse,
    startVerification: refuse,
    confirmVerification: refuse,
    read: async ({ organisationId, kinds, id: wanted }) => {
      fakes.asked.directoryReads += 1;
      if (organisationId !== 'acme')
        throw new NotFound('there is no such organisation', { code: 'organisation-unknown' });
      const named = (all: Record<string, string>) =>
        Object.entries(all)
          .map(([one, name]) => ({ id: one, name }))
          .filter((one) => wanted === '' || one.id === wanted);
      const lists = {
        organisation: { id: 'acme', name: 'Acme Payments' },
        people: kinds.includes('person') ? [...named(PEOPLE), { id: 'gone', erased: true }] : [],
        teams: named({ secops: 'Security operations' }),
        schedules: named({ primary: 'Primary' }),
      };
      return { organisationJson: JSON.stringify(lists), revision: fakes.revision };
    },
    onCall: async ({ scheduleIds }) => ({
      schedules: scheduleIds.map((scheduleId) => ({
        scheduleId,
        people: [{ personId: 'ben', because: 'rotation weekly', until: at(3_600_000) }],
      })),
    }),
  };
  const servers = [
    serve(nc, services.incidents, incidents, { log }),
    serve(nc, services.alerts, alerts, { log }),
    serve(nc, services.directory, directory, { log }),
  ];
  await nc.flush();
  fakes.stop = async () => {
    await Promise.all(servers.map((server) => server.stop()));
  };
  return fakes;
}

function ring(delayMs: number) {
  return { contactMethodId: `ada-sms-${delayMs}`, channel: Channel.SMS, delayMs };
}
