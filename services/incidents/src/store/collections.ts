import type { IncidentEvent, Severity, SeverityWord } from '@tocsin/domain';
import type { Collection, Db } from 'mongodb';
import type { Route } from '../core/route.ts';

export interface IncidentDoc {
  _id: string;
  organisationId: string;
  number: string;
  status: 'open' | 'acknowledged' | 'closed';
  severity: Severity;
  /** The worst that its sources said; absent, with `word`, where nobody ever said otherwise. */
  sourceSeverity?: Severity;
  /** What a person said of the severity last. */
  word?: SeverityWord | null;
  /** Rank of the severity, 0 the worst: the courier's order. */
  rank: number;
  title: string;
  /** What the title is found by. */
  titleWords?: string[];
  /** The alert that opened it: its words are asked for again where they were not to be had. */
  firstAlertId: string;
  teamId: string;
  policyId: string;
  drill: boolean;
  openedAt: Date;
  closedAt: Date | null;
  previousIncidentId: string | null;
  version: number;
  toldVersion: number;
  /** True while Temporal has not been told of `version`, or must be told again. */
  untold: boolean;
  nextTellAt: Date;
  /** How often it was taken to be told since it was told last: what was tried may have been heard. */
  tries: number;
  /** The life that a tell may start; rises with every tell, so that no two lives share the ids of their entries. */
  epoch: number;
  /** When its workflow was last looked for, and last asked how far it is. */
  checkedAt: Date;
  askedAt: Date;
  /** Since when every look has found its workflow's tasks to fail; absent while they do not. */
  failingSince?: Date;
  /** When it was last made again for that reason. */
  remadeAt?: Date;
  members: number;
  firing: number;
  alerts: number;
  ownerId: string | null;
  /** When its owner accepted. */
  acknowledgedAt?: Date | null;
  round: number;
  layer: number;
  logHead: number;
  closeEntryId: string | null;
  /** The `traceparent` of the alert that opened it. */
  trace?: string;
}

export interface MemberDoc {
  _id: string;
  organisationId: string;
  incidentId: string | null;
  lastIncidentId: string | null;
  firing: boolean;
  severity: Severity;
  sourceAt: number | null;
  joinedVersion: number;
  groupClaim: string;
  title: string;
  /** Set when its incident closed: its order is kept for a day. */
  expireAt: Date | null;
}

export interface LogDoc {
  _id: string;
  incidentId: string;
  organisationId: string;
  position: number;
  kind: string;
  at: Date;
  data: Record<string, unknown>;
  told: Date | null;
}

/** What a person asks the workflow to decide on. */
export type AskedEvent = Extract<IncidentEvent, { kind: 'answer' | 'reassign' | 'snooze' | 'severity' | 'summon' }>;

export interface AnswerDoc {
  /** `<incident>/<id of the answer>`: ids that callers choose never meet those of another incident. */
  _id: string;
  incidentId: string;
  escalationId: string;
  personId: string;
  /** `accept`, `reject`, …, or the command's kind. */
  said: string;
  event: AskedEvent;
  storedAt: Date;
  decision: StoredDecision | null;
  /** When an undecided answer is asked for again. */
  nextAskAt: Date;
  asked: number;
  /** Its workflow has it, and did not say in time what it decided. */
  isTold?: boolean;
  /** The `traceparent` of who brought it. */
  trace?: string;
}

/** What a workflow is to hear, until it has it. */
export interface MessageDoc {
  _id: string;
  incidentId: string;
  event: IncidentEvent;
  /** When it is told, or told again. */
  nextAt: Date;
  tries: number;
}

export interface StoredDecision {
  outcome: string;
  ownerId: string | null;
  round: number;
  reason: string;
}

/** What was decided alike on alerts of one fold. Each alert stands in one document only. */
export interface DecisionDoc {
  _id: string;
  organisationId: string;
  alerts: string[];
  incidentId: string;
  notify: boolean;
  reason: string;
  at: Date;
}

export interface LayerDoc {
  /** `<incident>/<escalation>/<round>/<layer>`. */
  _id: string;
  incidentId?: string;
  at?: Date;
  people: object;
}

export interface NoteDoc {
  _id: string;
  incidentId: string;
  text: string;
  by: string;
  at: Date;
}

export interface Collections {
  incidents: Collection<IncidentDoc>;
  members: Collection<MemberDoc>;
  claims: Collection<{ _id: string; incidentId: string }>;
  decisions: Collection<DecisionDoc>;
  layers: Collection<LayerDoc>;
  answers: Collection<AnswerDoc>;
  messages: Collection<MessageDoc>;
  log: Collection<LogDoc>;
  notes: Collection<NoteDoc>;
  counters: Collection<{ _id: string; value: number }>;
  routes: Collection<{ _id: string; routes: Route[] }>;
}

/** Newest first among an organisation's, a team's or a person's incidents, of any drills, statuses and severities. */
const FILTERED = { drill: 1, status: 1, severity: 1, openedAt: -1, _id: -1 } as const;
export const LISTED = {
  all: { organisationId: 1, ...FILTERED },
  ofTeam: { organisationId: 1, teamId: 1, ...FILTERED },
  ofOwner: { organisationId: 1, ownerId: 1, ...FILTERED },
  byWord: { organisationId: 1, titleWords: 1, openedAt: -1, _id: -1 },
  decisions: { incidentId: 1, at: -1, _id: -1 },
} as const;

const DECISIONS_KEPT_SECONDS = 30 * 24 * 3_600;

export function collectionsOf(db: Db): Collections {
  return {
    incidents: db.collection('incidents'),
    members: db.collection('members'),
    claims: db.collection('claims'),
    decisions: db.collection('decisions'),
    layers: db.collection('layers'),
    answers: db.collection('answers'),
    messages: db.collection('incidentMessages'),
    log: db.collection('incidentLog'),
    notes: db.collection('incidentNotes'),
    counters: db.collection('counters'),
    routes: db.collection('routes'),
  };
}

/** Makes every collection before the first transaction, and an index for each question that is asked. */
export async function ensureIndexes(collections: Collections): Promise<void> {
  const { incidents, members, claims, decisions, layers, answers, messages, log, notes, counters, routes } =
    collections;
  await incidents.createIndexes([
    { key: { organisationId: 1, number: 1 }, unique: true },
    { key: LISTED.all },
    { key: LISTED.ofTeam },
    { key: LISTED.ofOwner },
    { key: LISTED.byWord },
    { key: { untold: 1, rank: 1, openedAt: 1 }, partialFilterExpression: { untold: true } },
    { key: { checkedAt: 1 }, partialFilterExpression: { closedAt: null } },
  ]);
  await members.createIndexes([{ key: { incidentId: 1 } }, { key: { expireAt: 1 }, expireAfterSeconds: 0 }]);
  await claims.createIndexes([{ key: { incidentId: 1 } }]);
  await decisions.createIndexes([
    { key: { alerts: 1 }, unique: true, sparse: true },
    { key: LISTED.decisions },
    { key: { at: 1 }, expireAfterSeconds: DECISIONS_KEPT_SECONDS },
  ]);
  await answers.createIndexes([
    { key: { incidentId: 1 } },
    { key: { nextAskAt: 1 }, partialFilterExpression: { decision: null } },
  ]);
  await messages.createIndex({ nextAt: 1 });
  await log.createIndexes([
    { key: { incidentId: 1, position: 1 }, unique: true },
    { key: { at: 1 }, partialFilterExpression: { told: null } },
  ]);
  await notes.createIndexes([{ key: { incidentId: 1, at: -1 } }]);
  await layers.createIndexes([{ key: { incidentId: 1, at: -1 } }]);
  for (const one of [counters, routes]) await one.createIndex({ _id: 1 });
}

/** All indexes of this service, for whoever makes them before it starts. */
export function provisionStore(db: Db): Promise<void> {
  return ensureIndexes(collectionsOf(db));
}
