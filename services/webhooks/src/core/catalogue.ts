/** What an entry of an incident's log holds beside its kind: ids, numbers and catalogued phrases. */
export type EntryData = Readonly<Record<string, unknown>>;

/** A type of message that a webhook can be sent. Types and what their details hold only grow. */
export interface MessageType {
  type: string;
  /** When it is sent, for people. */
  when: string;
  /** Of which kinds of entries of the log; none: it is of the webhooks themselves. */
  kinds: readonly string[];
  /** What of the entry its receiver is told. */
  detail(data: EntryData): Record<string, unknown>;
}

export const TEST_TYPE = 'webhook.test';
export const DISABLED_TYPE = 'webhook.disabled';

/** In the order of an incident's life. */
export const MESSAGE_TYPES: readonly MessageType[] = [
  of('incident.opened', 'An incident was opened.', ['opened'], (data) => ({ reason: text(data.reason) })),
  of('incident.layer_started', 'A layer of people is being paged.', ['layer-started'], (data) => ({
    escalation: text(data.escalation),
    round: number(data.round),
    layer: number(data.layer),
    catchAll: data.catchAll === true,
    personIds: texts(data.people),
  })),
  of('incident.nobody_on_call', 'Nobody is on call where somebody was to be paged.', ['gap'], (data) => ({
    target: target(data.target),
  })),
  of('incident.person_unreachable', 'No page can reach somebody.', ['person-unreachable'], (data) => ({
    ...person(data),
    reason: text(data.reason),
  })),
  of('incident.accepted', 'Somebody has it, or helps with it.', ['accepted'], (data) => ({
    ...person(data),
    escalation: text(data.escalation),
    channel: text(data.channel),
  })),
  of('incident.rejected', 'Somebody cannot, or hands it back.', ['rejected'], (data) => ({
    ...person(data),
    escalation: text(data.escalation),
    channel: text(data.channel),
  })),
  of('incident.escalated', 'Somebody asked for the next layer.', ['escalated'], person),
  of('incident.responder_added', 'Somebody was added, who is paged besides.', ['summoned'], (data) => ({
    ...person(data),
    target: target(data.target),
  })),
  of('incident.reassigned', 'It was given to somebody else, who is paged.', ['reassigned'], (data) => ({
    ...person(data),
    target: target(data.target),
  })),
  of('incident.snoozed', 'It is quiet until an instant.', ['snoozed'], (data) => ({
    ...person(data),
    until: instant(data.until),
  })),
  of('incident.snooze_ended', 'The quiet is over: paging goes on.', ['snooze-ended'], person),
  of('incident.owner_silent', 'Who has it was silent for too long: paging goes on.', ['ack-timed-out'], person),
  of(
    'incident.severity_changed',
    'It got worse, or a person said so.',
    ['severity-raised', 'severity-set'],
    (data) => ({
      from: text(data.from),
      to: text(data.to),
      // Nobody's where the sources raised it.
      ...person(data),
    }),
  ),
  of('incident.source_resolved', 'Its sources say that nothing fires any more.', ['source-resolved'], () => ({})),
  of('incident.noted', 'Somebody wrote a note, which the API gives.', ['noted'], person),
  of('incident.closed', 'It is over.', ['closed'], (data) => ({
    by: data.by === 'source' ? 'source' : 'person',
    personId: data.by === 'source' ? null : text(data.by),
  })),
  of(DISABLED_TYPE, 'Another webhook was disabled, as its receiver failed or is gone.', [], () => ({})),
];

const byKind = new Map(MESSAGE_TYPES.flatMap((one) => one.kinds.map((kind) => [kind, one] as const)));

/** The message that an entry of the log makes; undefined where it makes none. */
export function typeOfEntry(kind: string): MessageType | undefined {
  return byKind.get(kind);
}

/** Whether a webhook of these types is sent this one. */
export function wants(types: readonly string[], type: string): boolean {
  return types.length === 0 || types.includes(type);
}

function of(type: string, when: string, kinds: string[], detail: MessageType['detail']): MessageType {
  return { type, when, kinds, detail };
}

function person(data: EntryData): { personId: string | null } {
  return { personId: text(data.person) };
}

function text(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((one): one is string => typeof one === 'string') : [];
}

function number(value: unknown): number | null {
  return typeof value === 'number' ? value : null;
}

function instant(value: unknown): string | null {
  return typeof value === 'number' ? new Date(value).toISOString() : null;
}

/** As entries name it: "schedule primary". */
function target(value: unknown): { kind: string; id: string } | null {
  const [, kind, id] = /^(\w+) (.+)$/.exec(text(value) ?? '') ?? [];
  return kind && id ? { kind, id } : null;
}
