import { isWorse, type Severity } from '@tocsin/domain';
import { claimKey, type FoldAlert, memberKey } from './alert.ts';
import { isOlder, type Placed } from './order.ts';
import type { RouteDecision } from './route.ts';

/** One thing that fires, with its own claim on an incident. */
export interface Member {
  /** The open incident it belongs to; null where there is none. */
  incidentId: string | null;
  /** The last incident it belonged to. */
  lastIncidentId: string | null;
  firing: boolean;
  /** The worst while it fires. */
  severity: Severity;
  /** The newest trigger or resolve folded: what older ones are measured against. */
  newest: Placed;
  /** The incident's version when this member last became worse: joined, fired again, or rose in severity. */
  newsVersion: number;
  groupClaim: string;
  title: string;
}

/** What folding changes of an open incident. */
export interface OpenIncident {
  version: number;
  members: number;
  firing: number;
  /** All alerts folded, repeats included. */
  alerts: number;
  /** The worst there ever was: never lowered while the incident is open. */
  severity: Severity;
  title: string;
}

/** What an incident is made with, beside what folding changes. */
export interface Opening {
  organisationId: string;
  teamId: string;
  policyId: string;
  routeReason: string;
  drill: boolean;
  previousIncidentId: string | null;
  firstAlertId: string;
  openedAt: number;
}

/** What a batch is folded into: all that its alerts may touch. */
export interface FoldState {
  members: Map<string, Member>;
  /** Group claim to the open incident that holds it. */
  claims: Map<string, string>;
  incidents: Map<string, OpenIncident>;
  /** Those of `incidents` that this batch made. */
  opened: Map<string, Opening>;
}

export type FoldReason =
  | 'new-incident'
  | 'new-member'
  | 'fires-again'
  | 'severity-raised'
  | 'repeat'
  | 'resolved'
  | 'resolved-unseen'
  | 'acknowledged-by-source'
  | 'update'
  | 'older-than-known'
  | 'routed-nowhere';

export interface FoldDecision {
  alertId: string;
  /** Empty where it belongs to none. */
  incidentId: string;
  /** True where somebody is to hear of it. */
  notify: boolean;
  reason: FoldReason;
}

export interface FoldWays {
  route(alert: FoldAlert): RouteDecision;
  newId(): string;
}

/** Folds one alert into what is open. Changes `state`; says what was decided and why. */
export function foldAlert(state: FoldState, alert: FoldAlert, ways: FoldWays): FoldDecision {
  const member = state.members.get(memberKey(alert));
  const incidentId = member?.incidentId ?? '';
  const incident = state.incidents.get(incidentId);
  const decided = (reason: FoldReason, notify = false): FoldDecision => ({
    alertId: alert.alertId,
    incidentId: incident ? incidentId : '',
    notify,
    reason,
  });
  if (incident) incident.alerts += 1;
  if (alert.action === 'acknowledge') return decided('acknowledged-by-source');

  if (!incident || !member) {
    if (member && isOlder(alert, member.newest)) return decided('older-than-known');
    if (alert.action === 'update') return decided('update');
    if (alert.action === 'trigger') return takeIn(state, alert, ways);
    remember(state, alert, member);
    return decided('resolved-unseen');
  }

  // A member that fires may have been worse before than we knew: an older alert tells so too.
  const raised = alert.action !== 'resolve' && member.firing && raise(incident, member, alert);
  if (isOlder(alert, member.newest)) return raised ? decided('severity-raised', true) : decided('older-than-known');
  if (alert.action === 'update') return decided('update', raised);
  member.newest = placeOf(alert);
  if (alert.action === 'resolve') {
    if (!member.firing) return decided('repeat');
    member.firing = false;
    incident.firing -= 1;
    incident.version += 1;
    return decided('resolved');
  }
  if (member.firing) return raised ? decided('severity-raised', true) : decided('repeat');
  fire(incident, member, alert);
  return decided('fires-again', true);
}

/** A member that no open incident has yet: its group's incident takes it, or a new one is made. */
function takeIn(state: FoldState, alert: FoldAlert, ways: FoldWays): FoldDecision {
  const claim = claimKey(alert);
  const { alertId } = alert;
  const held = state.claims.get(claim);
  const holder = held === undefined ? undefined : state.incidents.get(held);
  if (held !== undefined && holder) {
    holder.alerts += 1;
    join(state, held, holder, alert);
    return { alertId, incidentId: held, notify: true, reason: 'new-member' };
  }
  const routed = ways.route(alert);
  if (routed.nowhere) return { alertId, incidentId: '', notify: false, reason: 'routed-nowhere' };
  const incidentId = ways.newId();
  const { organisationId, severity, title, drill, teamHint, receivedAt: openedAt } = alert;
  const incident: OpenIncident = { version: 0, members: 0, firing: 0, alerts: 1, severity, title };
  state.opened.set(incidentId, {
    organisationId,
    teamId: routed.teamId || teamHint,
    policyId: routed.policyId,
    routeReason: routed.reason,
    drill,
    previousIncidentId: state.members.get(memberKey(alert))?.lastIncidentId ?? null,
    firstAlertId: alertId,
    openedAt,
  });
  state.incidents.set(incidentId, incident);
  state.claims.set(claim, incidentId);
  join(state, incidentId, incident, alert);
  return { alertId, incidentId, notify: true, reason: 'new-incident' };
}

function join(state: FoldState, incidentId: string, incident: OpenIncident, alert: FoldAlert): void {
  const { severity, title } = alert;
  const member: Member = {
    incidentId,
    lastIncidentId: incidentId,
    firing: false,
    severity,
    newest: placeOf(alert),
    newsVersion: 0,
    groupClaim: claimKey(alert),
    title,
  };
  incident.members += 1;
  fire(incident, member, alert);
  state.members.set(memberKey(alert), member);
}

function fire(incident: OpenIncident, member: Member, { severity, title }: FoldAlert): void {
  member.firing = true;
  member.severity = severity;
  member.title = title || member.title;
  incident.firing += 1;
  incident.version += 1;
  member.newsVersion = incident.version;
  worsen(incident, severity, title);
}

/** A worse severity of something that fires: news where it is the incident's worst. */
function raise(incident: OpenIncident, member: Member, { severity, title }: FoldAlert): boolean {
  if (isWorse(severity, member.severity)) member.severity = severity;
  if (!worsen(incident, severity, title)) return false;
  incident.version += 1;
  member.newsVersion = incident.version;
  return true;
}

function worsen(incident: OpenIncident, severity: Severity, title: string): boolean {
  const worse = isWorse(severity, incident.severity);
  if (worse) incident.severity = severity;
  if (title !== '' && (worse || incident.title === '')) incident.title = title;
  return worse;
}

/** A resolve that came first is remembered, so that an older trigger that comes late opens nothing. */
function remember(state: FoldState, alert: FoldAlert, known: Member | undefined): void {
  state.members.set(memberKey(alert), {
    incidentId: null,
    lastIncidentId: known?.lastIncidentId ?? null,
    firing: false,
    severity: alert.severity,
    newest: placeOf(alert),
    newsVersion: 0,
    groupClaim: claimKey(alert),
    title: '',
  });
}

function placeOf({ alertId, receivedAt, sourceAt, action }: FoldAlert): Placed {
  return { alertId, receivedAt, sourceAt, action };
}
