import type { Channel, Layer, NotificationRule, Target, Urgency } from '@tocsin/domain';
import type { ScheduleDefinition } from './schedule.ts';

/** Everything that the roster knows of an organisation, in plain words: what a file says, and what the store gives back. */
export interface Organisation {
  organisation: OrganisationRecord;
  people: Person[];
  teams: Team[];
  schedules: ScheduleDefinition[];
  policies: PolicyDefinition[];
}

export interface OrganisationRecord {
  id: string;
  name: string;
  defaultPolicyId: string;
}

/** A contact method without its address is what escalations are made of; the address is only read to reach or to compare. */
export interface ContactMethod {
  id: string;
  channel: Channel;
}

export interface Person {
  id: string;
  name: string;
  /** BCP 47, such as "en". */
  locale: string;
  timeZone?: string | undefined;
  /** An address that its own side said is no more is empty. `name`: as people tell their devices apart. */
  contactMethods: (ContactMethod & { address: string; name?: string | undefined })[];
  rules: Record<Urgency, RuleDefinition[]>;
}

/** The channel is the contact method's. */
export type RuleDefinition = Omit<NotificationRule, 'channel'>;

export interface Team {
  id: string;
  name: string;
  memberIds: string[];
}

export interface PolicyDefinition {
  id: string;
  name: string;
  layers: Layer[];
  rounds: number;
  catchAll: Target[];
  catchAllEveryMs: number;
  ackTimeoutMs: number;
}

/** What is wrong with one field of an organisation. */
export interface Invalid {
  field: string;
  message: string;
}
