/** What catalogued phrases mean to a person. One that is not known here is shown as it is: it says more than nothing. */
const PHRASES: Record<string, string> = {
  accepted: 'somebody accepted',
  'address-not-allowed': 'the address leads where it must not',
  'ack-timed-out': 'the owner was silent for too long',
  canceled: 'called off before it was answered',
  closed: 'the incident was closed',
  'close-refused': 'something fired again',
  escalated: 'escalated',
  'every-contact-method-failed': 'nothing arrived by any contact method',
  'every-contact-method-refused': 'no contact method could be reached',
  'everybody-rejected-before': 'everybody here has rejected before',
  'first-layer': 'on call when it began',
  'next-layer': 'the next layer began',
  'no-address': 'the contact method has no address',
  'no-contact-method': 'has no contact method',
  'no-provider': 'no provider is configured',
  'nobody-can-answer': 'nobody here can answer any more',
  'nobody-on-call': 'nobody is on call',
  'outcome-unknown': 'the provider may have it',
  'person-unknown': 'is not in the roster any more',
  'path-busy': 'our own path was busy',
  reassigned: 'given to somebody else',
  rejected: 'rejected',
  'rejected-before': 'rejected before',
  resolved: 'on call when the layer began',
  'roster-silent': 'the roster was silent: people known from the start',
  'subscription-expired': 'this device gets no pages any more: its owner has to turn it on again',
  'subscription-keys-wrong': 'the device’s keys are wrong',
  'snooze-ended': 'the snooze ended',
  snoozed: 'snoozed',
  'source-resolved': 'the source says resolved',
  'time-is-up': 'time was up',
};

export function phrase(catalogued: string): string {
  return PHRASES[catalogued] ?? catalogued.replaceAll('-', ' ');
}

/** "Ada", "Ada and Ben", "Ada, Ben and 3 more". */
export function listOf(names: readonly string[]): string {
  if (names.length <= 1) return names[0] ?? 'nobody';
  if (names.length <= 3) return `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
  return `${names.slice(0, 2).join(', ')} and ${names.length - 2} more`;
}
