import type { LadderNotification, LadderPerson, NotificationState, PersonState } from './ladder-types.ts';

/** In order: what comes late never takes back what is further on. */
const NOTIFICATIONS: NotificationState[] = [
  'planned',
  'not-sent',
  'withdrawn',
  'unknown',
  'sent',
  'failed',
  'delivered',
  'answered',
];
const PEOPLE: PersonState[] = [
  'paged',
  'unanswered',
  'unreachable',
  'rejected',
  'escalated',
  'accepted',
  'handed-back',
];

export function become(person: LadderPerson, state: PersonState, reason: string, at: number): void {
  if (PEOPLE.indexOf(state) > PEOPLE.indexOf(person.state)) Object.assign(person, { state, reason, at });
}

/** Moves a notification forward; where it is further on already, nothing changes. */
export function moveOn(one: LadderNotification, state: NotificationState, reason: string, at: number): void {
  if (NOTIFICATIONS.indexOf(state) > NOTIFICATIONS.indexOf(one.state)) Object.assign(one, { state, reason, at });
}

export function settle(one: LadderNotification, at: number, reason: string, state: 'not-sent' | 'withdrawn'): void {
  if (one.state === 'planned') moveOn(one, state, reason, at);
}
