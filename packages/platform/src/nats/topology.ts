import type { DescMessage, DescService } from '@bufbuild/protobuf';
import { Alerts, Integrations, ReceivedSchema } from '@tocsin/proto/alert/v1';
import { Analytics } from '@tocsin/proto/analytics/v1';
import { Incidents, LoggedSchema } from '@tocsin/proto/incident/v1';
import { Notifier } from '@tocsin/proto/notifier/v1';
import { AnsweredSchema, ProgressedSchema } from '@tocsin/proto/page/v1';
import { Directory, Roster } from '@tocsin/proto/roster/v1';
import { DisabledSchema, Webhooks } from '@tocsin/proto/webhook/v1';

/** A service that answers requests: `<subject>[.<instance>].<Method>`, in a queue group. */
export interface ServiceEntry<S extends DescService> {
  desc: S;
  subject: string;
  queue: string;
  /** Asked under an instance's name, such as a notifier's channel. */
  instances: boolean;
}

export type Urgency = 'high' | 'low';

/** A fact that is told on a stream. `urgency` counts only where the fact has a subject for each. */
export interface FactEntry<D extends DescMessage> {
  type: D;
  stream: StreamName;
  subject(urgency?: Urgency): string;
}

/** A durable consumer: one service's place in a stream, for one purpose. */
export interface ConsumerEntry<D extends DescMessage> {
  durable: string;
  stream: StreamName;
  type: D;
  filter: string;
  /** How long one delivery may take before it is delivered again; prolonged while a handler works. */
  ackWaitMs: number;
  /** Deliveries out at once, over all replicas. */
  maxAckPending: number;
  /** It may lose facts rather than keep a full stream from taking new ones: nobody waits for what it makes of them. */
  yields?: true;
}

export interface StreamEntry {
  name: StreamName;
  subjects: string[];
  maxAgeMs: number;
  maxBytes: number;
  duplicateWindowMs: number;
}

export type StreamName = 'ALERTS' | 'INCIDENTS' | 'PAGES' | 'WEBHOOKS';

const week = 7 * 24 * 3_600_000;
const shared = { maxAgeMs: week, maxBytes: 1024 ** 3, duplicateWindowMs: 120_000 };

export const streams: StreamEntry[] = [
  { name: 'ALERTS', subjects: ['alert.v1.>'], ...shared },
  { name: 'INCIDENTS', subjects: ['incident.v1.>'], ...shared },
  { name: 'PAGES', subjects: ['page.v1.>'], ...shared },
  { name: 'WEBHOOKS', subjects: ['webhook.v1.>'], ...shared },
];

export const services = {
  alerts: service(Alerts, 'rpc.alert.v1.Alerts', 'ingestion'),
  integrations: service(Integrations, 'rpc.alert.v1.Integrations', 'ingestion'),
  roster: service(Roster, 'rpc.roster.v1.Roster', 'roster'),
  directory: service(Directory, 'rpc.roster.v1.Directory', 'roster'),
  incidents: service(Incidents, 'rpc.incident.v1.Incidents', 'incidents'),
  notifier: service(Notifier, 'rpc.notifier.v1.Notifier', 'notifier', true),
  analytics: service(Analytics, 'rpc.analytics.v1.Analytics', 'analytics'),
  webhooks: service(Webhooks, 'rpc.webhook.v1.Webhooks', 'webhooks'),
};

export const facts = {
  /** Urgent alerts have a subject, and so a consumer, of their own: they never queue behind a storm of others. */
  alertReceived: fact(ReceivedSchema, 'ALERTS', (urgency = 'low') => `alert.v1.received.${urgency}`),
  incidentLogged: fact(LoggedSchema, 'INCIDENTS', () => 'incident.v1.logged'),
  pageProgressed: fact(ProgressedSchema, 'PAGES', () => 'page.v1.progressed'),
  pageAnswered: fact(AnsweredSchema, 'PAGES', () => 'page.v1.answered'),
  webhookDisabled: fact(DisabledSchema, 'WEBHOOKS', () => 'webhook.v1.disabled'),
};

export const consumers = {
  incidentsIntakeHigh: consumer('incidents--intake-high', facts.alertReceived, 'high'),
  incidentsIntakeLow: consumer('incidents--intake-low', facts.alertReceived, 'low'),
  /** A lost page waits for this: what a replica had in hand when it died comes again soon. */
  incidentsProgress: { ...consumer('incidents--progress', facts.pageProgressed), ackWaitMs: 5_000 },
  /** What providers say of pages is in the log as well, under the same ids: the log is all that the KPIs are made of. */
  analyticsFold: consumer('analytics--fold', facts.incidentLogged),
  /** Messages that say what became of their incident. Where such a channel is not served nobody reads here, which must hold up nothing. */
  chatRevisions: { ...consumer('notifier-chat--revisions', facts.incidentLogged), yields: true as const },
  /** What a replica had in hand when it died comes again soon, here too. */
  webhooksIntake: { ...consumer('webhooks--intake', facts.incidentLogged), ackWaitMs: 5_000 },
  /** What nobody asked for is in the audit as well. */
  gatewayAudit: consumer('gateway--audit', facts.webhookDisabled),
  pushRevisions: { ...consumer('notifier-push--revisions', facts.incidentLogged), yields: true as const },
};

function service<S extends DescService>(desc: S, subject: string, queue: string, instances = false): ServiceEntry<S> {
  return { desc, subject, queue, instances };
}

function fact<D extends DescMessage>(
  type: D,
  stream: StreamName,
  subject: (urgency?: Urgency) => string,
): FactEntry<D> {
  return { type, stream, subject };
}

function consumer<D extends DescMessage>(
  durable: string,
  { type, stream, subject }: FactEntry<D>,
  urgency?: Urgency,
): ConsumerEntry<D> {
  return { durable, stream, type, filter: subject(urgency), ackWaitMs: 30_000, maxAckPending: 1_000 };
}
