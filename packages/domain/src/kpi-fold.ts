import type { Severity } from './escalation-types.ts';
import { countDelivery } from './kpi-deliveries.ts';
import { endPages, openPages, settlePage } from './kpi-pages.ts';
import type { IncidentKpis, KpiEntry } from './kpi-types.ts';
import { isWorse, severityRank } from './severity.ts';

/** Rises with every change of what the fold makes of a log: numbers of an older version are made again. */
export const KPI_RULES = 1;

/** The stages in which an incident is contained: NIST SP 800-61 names what follows containment. */
const AFTER_CONTAINMENT: readonly unknown[] = ['eradication', 'recovery', 'lessons-learned'];

export function noKpis(): IncidentKpis {
  return {
    head: 0,
    openedAt: 0,
    drill: false,
    severity: 'info',
    team: '',
    asset: '',
    acknowledgedAt: null,
    respondedAt: null,
    containedAt: null,
    resolvedAt: null,
    acknowledgedLayer: null,
    acknowledgedChannel: '',
    catchAllLayer: null,
    pages: [],
    newest: [],
    deliveries: [],
    gaps: [],
    interruptions: [],
  };
}

/**
 * Takes entries into an incident's numbers, in any order and any number of times: an entry counts when its position is next,
 * and positions have no gaps. What is too early comes back as `waiting`, once each, in order. The arguments are not touched.
 */
export function foldKpis(
  before: IncidentKpis,
  entries: readonly KpiEntry[],
): { kpis: IncidentKpis; waiting: KpiEntry[] } {
  const kpis = structuredClone(before);
  const ahead = new Map(entries.map((entry) => [entry.position, entry]));
  for (let next = ahead.get(kpis.head + 1); next; next = ahead.get(kpis.head + 1)) {
    take(kpis, next);
    if (kpis.resolvedAt !== null) endAllPages(kpis);
    kpis.head = next.position;
  }
  const waiting = [...ahead.values()].filter((entry) => entry.position > kpis.head);
  return { kpis, waiting: waiting.sort((a, b) => a.position - b.position) };
}

function take(kpis: IncidentKpis, entry: KpiEntry): void {
  const { kind, at, data } = entry;
  const escalation = text(data.escalation);
  const person = text(data.person);
  const channel = text(data.channel);
  const layer = number(data.layer);
  switch (kind) {
    case 'opened':
      kpis.openedAt = at;
      kpis.severity = severityOf(data.severity) ?? 'info';
      kpis.team = text(data.team);
      kpis.asset = text(data.asset);
      kpis.drill = data.drill === true;
      return;
    case 'severity-raised':
    case 'severity-set': {
      if (kind === 'severity-set') respond(kpis, at);
      const to = severityOf(data.to);
      if (to && isWorse(to, kpis.severity)) kpis.severity = to;
      return;
    }
    case 'layer-started':
      if (data.catchAll === true) kpis.catchAllLayer = layer;
      return openPages(kpis, { escalation, round: number(data.round) ?? 0, layer }, people(data.people));
    case 'layer-ended':
      // Here the same pages go out again: the layer has had no time yet.
      if (data.reason === 'nobody-could-be-sent-a-page-again') return;
      return endPages(kpis, escalation, 'unanswered');
    case 'gap':
      return countGap(kpis, layer);
    case 'person-unreachable':
      return settlePage(kpis, { escalation, person, outcome: 'unreachable', channel: '' });
    case 'accepted': {
      const page = kpis.newest.find((one) => one.escalation === escalation && one.person === person);
      settlePage(kpis, { escalation, person, outcome: 'accepted', channel });
      endPages(kpis, escalation, 'overtaken');
      // Who was added helps: whose the incident is, the response alone says.
      if (escalation !== '' && escalation !== 'response') return respond(kpis, at);
      return acknowledge(kpis, at, page?.layer ?? layer, channel);
    }
    case 'rejected':
      settlePage(kpis, { escalation, person, outcome: 'rejected', channel });
      return respond(kpis, at);
    case 'escalated':
      settlePage(kpis, { escalation, person, outcome: 'escalated', channel });
      endPages(kpis, escalation, 'overtaken');
      return respond(kpis, at);
    case 'reassigned':
    case 'snoozed':
      endPages(kpis, escalation, 'overtaken');
      return respond(kpis, at);
    case 'noted':
    case 'summoned':
      return respond(kpis, at);
    case 'summon-ended':
      return endPages(kpis, escalation, 'unanswered');
    case 'stage-changed':
      if (AFTER_CONTAINMENT.includes(data.to)) kpis.containedAt ??= at;
      return respond(kpis, at);
    case 'closed':
      return close(kpis, at, text(data.by));
    case 'notification':
      return countDelivery(kpis, entry);
    default:
      // Kinds that say nothing about how well it went, and those of newer versions.
      return;
  }
}

/** The earliest stands: the close may be in the log ahead of entries that the workflow still had to hand over. */
function acknowledge(kpis: IncidentKpis, at: number, layer: number | null, channel: string): void {
  if (kpis.acknowledgedAt !== null && kpis.acknowledgedAt <= at) return;
  kpis.acknowledgedAt = at;
  kpis.acknowledgedLayer = layer;
  kpis.acknowledgedChannel = channel;
}

/** What a person does before somebody acknowledged is no response yet. */
function respond(kpis: IncidentKpis, at: number): void {
  if (kpis.acknowledgedAt !== null) kpis.respondedAt ??= at;
}

/** A person who resolves what nobody acknowledged has acknowledged and answered it by that. */
function close(kpis: IncidentKpis, at: number, by: string): void {
  if (by !== 'source') {
    const page = kpis.newest.find((one) => one.person === by && one.outcome === 'open');
    if (page) settlePage(kpis, { ...page, outcome: 'resolved' });
    acknowledge(kpis, at, page?.layer ?? null, '');
    respond(kpis, at);
  }
  kpis.resolvedAt ??= at;
}

function endAllPages(kpis: IncidentKpis): void {
  for (const escalation of new Set(kpis.newest.map((one) => one.escalation))) {
    endPages(kpis, escalation, 'overtaken');
  }
}

function countGap(kpis: IncidentKpis, layer: number | null): void {
  if (layer === null) return;
  const known = kpis.gaps.find((one) => one.layer === layer);
  if (known) known.n += 1;
  else kpis.gaps.push({ layer, n: 1 });
}

function severityOf(value: unknown): Severity | undefined {
  return severityRank(value as Severity) >= 0 ? (value as Severity) : undefined;
}

function people(value: unknown): string[] {
  return Array.isArray(value) ? value.map(text) : [];
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function number(value: unknown): number | null {
  return typeof value === 'number' ? value : null;
}
