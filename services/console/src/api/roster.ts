/** What the roster holds, as `GET /policies`, `/schedules`, `/people`, `/teams` and `/organisation` give it. */
import type { Named, Severity } from './types.ts';

export type Channel = 'sms' | 'voice' | 'push' | 'chat' | 'email';
export type TargetKind = 'person' | 'schedule' | 'team';

export interface Target {
  kind: TargetKind;
  id: string;
}

export interface Policy {
  id: string;
  name: string;
  layers: { targets: Target[]; tryForMs: number }[];
  rounds: number;
  catchAll: Target[];
  catchAllEveryMs: number;
  ackTimeoutMs: number;
}

export type DryMoment = { at: string; afterMs: number; round: number; layer: number } & (
  | { kind: 'layer'; catchAll: boolean; people: string[]; until: string | null }
  | { kind: 'page'; personId: string; because: string; channel: Channel; contactMethodId: string; repeat: number }
  | { kind: 'skipped'; personId: string; because: string; reason: string }
  | { kind: 'gap'; target: string }
  | { kind: 'empty'; reason: string }
);

export interface DryRun {
  at: string;
  severity: Severity;
  timeline: DryMoment[];
  endsAt: string;
  truncated: boolean;
  names: Record<string, string>;
}

export type Weekday = 'mon' | 'tue' | 'wed' | 'thu' | 'fri' | 'sat' | 'sun';

export interface Rotation {
  id: string;
  every: 'day' | 'week';
  length: number;
  handoffTime: string;
  anchorDate: string;
  memberIds: string[];
  restrictions: { days: Weekday[]; from: string; until: string }[];
}

export interface Override {
  id: string;
  personId: string;
  /** Wall-clock time of the schedule's zone, or an instant. */
  from: string;
  until: string;
  rotationId?: string;
}

export interface Schedule {
  id: string;
  name: string;
  timeZone: string;
  rotations: Rotation[];
  overrides: Override[];
}

export interface Period {
  startsAt: string;
  endsAt: string;
}

export interface Shift extends Period {
  person: Named;
  source: { kind: 'rotation' | 'override'; id: string };
}

export interface Shifts {
  from: string;
  until: string;
  shifts: Shift[];
  gaps: Period[];
}

export interface NotificationRule {
  contactMethodId: string;
  delayMs: number;
  repeats: number;
  repeatEveryMs: number;
}

/** What became of a code or a test that was sent to a contact method. */
export interface MessageState {
  state: 'pending' | 'sent' | 'delivered' | 'refused' | 'failed';
  provider: string;
  reason: string;
}

export interface ContactMethod {
  id: string;
  channel: Channel;
  /** Of oneself, and for admins; null: it stays as it is. */
  address: string | null;
  /** Of a device, as its owner tells it from others. */
  name?: string | null;
  maskedAddress?: string;
  verifiedAt?: string | null;
  /** Of a device: since when it does not receive any more. */
  goneAt?: string | null;
}

export interface Person {
  id: string;
  name: string;
  locale: string;
  timeZone: string | null;
  contactMethods: ContactMethod[];
  rules: { high: NotificationRule[]; low: NotificationRule[] };
}

export interface Team {
  id: string;
  name: string;
  memberIds: string[];
}

export interface Organisation {
  id: string;
  name: string;
  defaultPolicyId: string;
}
