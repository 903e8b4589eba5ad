import { isWorse, type Severity, type SeverityWord } from '@tocsin/domain';

/** An alert as intake sees it: references, a severity, and two clocks. Instants are milliseconds since the epoch. */
export interface FoldAlert {
  alertId: string;
  organisationId: string;
  integrationId: string;
  action: 'trigger' | 'acknowledge' | 'resolve' | 'update';
  dedupKey: string;
  groupKey: string;
  severity: Severity;
  receivedAt: number;
  /** The source's clock; null where it gave none. */
  sourceAt: number | null;
  drill: boolean;
  teamHint: string;
  title: string;
  /** Its place in a trace; empty where it came with none. */
  traceparent?: string;
}

/** One thing that fires, and its claim on an incident. */
export interface Member {
  key: string;
  /** The open incident it belongs to; null where there is none. */
  incidentId: string | null;
  firing: boolean;
  severity: Severity;
  /** The source's time of the newest alert folded; null where arrival decided. */
  sourceAt: number | null;
  /** The incident's version when it joined. */
  joinedVersion: number;
  /** The last incident it belonged to. */
  lastIncidentId: string | null;
  groupClaim: string;
  title: string;
}

/** An open incident's counts. */
export interface OpenIncident {
  id: string;
  organisationId: string;
  version: number;
  members: number;
  firing: number;
  alerts: number;
  /** By its sources alone. */
  severity: Severity;
  /** A person's on the severity, which stands over the sources'. */
  word?: SeverityWord | null;
  title: string;
  teamId: string;
  policyId: string;
  routeReason: string;
  drill: boolean;
  previousIncidentId: string | null;
  openedAt: number;
  isNew: boolean;
  /** Where the trace of the alert that opened it came from; what becomes of the incident is of that trace. */
  traceparent?: string;
}

export interface FoldState {
  members: Map<string, Member>;
  /** Group claim to the open incident that holds it. */
  claims: Map<string, string>;
  incidents: Map<string, OpenIncident>;
}

export interface FoldDecision {
  alertId: string;
  incidentId: string;
  notify: boolean;
  reason: string;
}

export interface RouteDecision {
  nowhere: boolean;
  teamId: string;
  policyId: string;
  reason: string;
}

/** A source whose clock is further off than this is not asked for the time. */
const CLOCK_TOLERANCE_MS = 5 * 60_000;

/** Organisations may name their integrations alike. Drills keep to themselves: a drill never joins what is real. */
export function memberKey(alert: Pick<FoldAlert, 'organisationId' | 'integrationId' | 'dedupKey' | 'drill'>): string {
  return `${alert.organisationId}|${alert.integrationId}|${alert.drill ? 'drill' : 'real'}|${alert.dedupKey}`;
}

export function claimKey(alert: Pick<FoldAlert, 'organisationId' | 'integrationId' | 'groupKey' | 'drill'>): string {
  return `${alert.organisationId}|${alert.integrationId}|${alert.drill ? 'drill' : 'real'}|${alert.groupKey}`;
}

/** Folds one alert into what is open. Changes `state`; says what was decided and why. */
export function foldAlert(
  state: FoldState,
  alert: FoldAlert,
  route: (alert: FoldAlert) => RouteDecision,
  newId: () => string,
): FoldDecision {
  const key = memberKey(alert);
  const member = state.members.get(key);
  const incident = member?.incidentId ? state.incidents.get(member.incidentId) : undefined;
  const decide = (incidentId: string | undefined, notify: boolean, reason: string): FoldDecision => ({
    alertId: alert.alertId,
    incidentId: incidentId ?? '',
    notify,
    reason,
  });
  if (incident) incident.alerts += 1;
  if (member && isOlder(alert, member)) return decide(incident?.id, false, 'older-than-known');

  switch (alert.action) {
    case 'acknowledge':
      return decide(incident?.id, false, 'acknowledged-by-source');
    case 'update':
      if (!incident || !member) return decide(undefined, false, 'update-of-nothing-open');
      return decide(incident.id, raise(incident, member, alert), 'update');
    case 'resolve': {
      if (!incident || !member) {
        remember(state, key, alert, member);
        return decide(undefined, false, 'resolved-unseen');
      }
      member.sourceAt = trusted(alert);
      if (!member.firing) return decide(incident.id, false, 'repeat');
      member.firing = false;
      incident.firing -= 1;
      incident.version += 1;
      return decide(incident.id, false, 'resolved');
    }
    case 'trigger':
      break;
    default:
      alert.action satisfies never;
  }

  if (incident && member) {
    member.sourceAt = trusted(alert);
    const raised = raise(incident, member, alert);
    if (member.firing) return decide(incident.id, raised, raised ? 'severity-raised' : 'repeat');
    member.firing = true;
    incident.firing += 1;
    incident.version += 1;
    member.joinedVersion = incident.version;
    return decide(incident.id, true, 'fires-again');
  }
  const claim = claimKey(alert);
  const held = state.incidents.get(state.claims.get(claim) ?? '');
  if (held) {
    held.alerts += 1;
    join(state, held, key, alert, claim);
    return decide(held.id, true, 'new-member');
  }
  const routed = route(alert);
  if (routed.nowhere) return decide(undefined, false, `routed-nowhere: ${routed.reason}`);
  const opened = open(alert, routed, newId(), member?.lastIncidentId ?? null);
  state.incidents.set(opened.id, opened);
  state.claims.set(claim, opened.id);
  join(state, opened, key, alert, claim);
  return decide(opened.id, true, 'new-incident');
}

function open(alert: FoldAlert, routed: RouteDecision, id: string, previousIncidentId: string | null): OpenIncident {
  return {
    id,
    organisationId: alert.organisationId,
    version: 0,
    members: 0,
    firing: 0,
    alerts: 1,
    severity: alert.severity,
    title: alert.title,
    teamId: routed.teamId || alert.teamHint,
    policyId: routed.policyId,
    routeReason: routed.reason,
    drill: alert.drill,
    previousIncidentId,
    openedAt: alert.receivedAt,
    isNew: true,
    ...(alert.traceparent ? { traceparent: alert.traceparent } : {}),
  };
}

function join(state: FoldState, incident: OpenIncident, key: string, alert: FoldAlert, groupClaim: string): void {
  incident.version += 1;
  incident.members += 1;
  incident.firing += 1;
  if (isWorse(alert.severity, incident.severity)) {
    incident.severity = alert.severity;
    incident.title = alert.title || incident.title;
  }
  state.members.set(key, {
    key,
    incidentId: incident.id,
    firing: true,
    severity: alert.severity,
    sourceAt: trusted(alert),
    joinedVersion: incident.version,
    lastIncidentId: incident.id,
    groupClaim,
    title: alert.title,
  });
}

/** A resolve that came first is remembered, so that an older trigger that comes late opens nothing. */
function remember(state: FoldState, key: string, alert: FoldAlert, known: Member | undefined): void {
  state.members.set(key, {
    key,
    incidentId: null,
    firing: false,
    severity: alert.severity,
    sourceAt: trusted(alert),
    joinedVersion: 0,
    lastIncidentId: known?.lastIncidentId ?? null,
    groupClaim: claimKey(alert),
    title: '',
  });
}

function raise(incident: OpenIncident, member: Member, alert: FoldAlert): boolean {
  member.severity = alert.severity;
  if (!isWorse(alert.severity, incident.severity)) return false;
  incident.severity = alert.severity;
  incident.title = alert.title || incident.title;
  incident.version += 1;
  return true;
}

/** The source's time where it can be trusted to order this member's alerts; null: arrival counts. */
function trusted(alert: FoldAlert): number | null {
  if (alert.sourceAt === null || Math.abs(alert.sourceAt - alert.receivedAt) > CLOCK_TOLERANCE_MS) return null;
  return alert.sourceAt;
}

/** In doubt an alert is not older, and of two with one time the trigger counts: the member is firing. */
function isOlder(alert: FoldAlert, member: Member): boolean {
  const at = trusted(alert);
  if (at === null || member.sourceAt === null) return false;
  if (at === member.sourceAt) return alert.action === 'resolve' && member.firing && member.incidentId !== null;
  return at < member.sourceAt;
}
