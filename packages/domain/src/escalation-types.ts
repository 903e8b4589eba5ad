/** Everything an escalation is made of, as plain JSON: it is carried in a workflow's state and from run to run. */

export type Severity = 'critical' | 'high' | 'medium' | 'low' | 'info';
export type Urgency = 'high' | 'low';
export type Channel = 'sms' | 'voice' | 'push' | 'chat' | 'email';
export type NotificationKind = 'page' | 'taken' | 'update' | 'resolved';

export interface Target {
  kind: 'person' | 'schedule' | 'team';
  id: string;
}

/** One layer of a policy: who, and for how long they are tried before the next layer begins. */
export interface Layer {
  targets: Target[];
  tryForMs: number;
}

/** An escalation policy's rules, frozen when an escalation starts. */
export interface Policy {
  id: string;
  version: string;
  layers: Layer[];
  /** Passes through the layers before the catch-all, 1 or more. */
  rounds: number;
  catchAll: Target[];
  /** The catch-all is paged again after each such interval, for ever, until somebody answers. */
  catchAllEveryMs: number;
  /** After this long an accepted, unresolved incident is paged again; 0: never. */
  ackTimeoutMs: number;
}

export interface NotificationRule {
  contactMethodId: string;
  channel: Channel;
  delayMs: number;
  repeats: number;
  repeatEveryMs: number;
}

/** A person who answers for a layer, with the rules of both urgencies. */
export interface Reachable {
  personId: string;
  high: NotificationRule[];
  low: NotificationRule[];
  because: string;
}

export interface ResolvedLayer {
  people: Reachable[];
  /** Targets that gave nobody, as "schedule s". */
  gaps: string[];
  /** Named by a target, and nobody can reach them. Absent in what was written before it was known. */
  passedOver?: PassedOver[];
}

export interface PassedOver {
  personId: string;
  because: string;
  /** "no-contact-method", "person-unknown" */
  reason: string;
}

/**
 * Names one notification. `id` is `<incident>/<escalation>/<round>/<layer>/<person>/<contact method>/<repeat>/<kind>`
 * and is the key of the delivery ledger. `repeat` counts over the escalation's life for each contact method and kind.
 */
export interface NotificationKey {
  id: string;
  incidentId: string;
  escalationId: string;
  round: number;
  /** 1 and up; 0: a reassignment; layers + 1: the catch-all. */
  layer: number;
  personId: string;
  contactMethodId: string;
  repeat: number;
  kind: NotificationKind;
}
