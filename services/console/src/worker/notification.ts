/** What notifier-push says to a browser, and what the browser shows of it. Pure: the service worker and the phone wall both go by it. */

export type PushKind = 'page' | 'taken' | 'update' | 'resolved' | 'code' | 'test' | 'revision';

/** One push, as it stands in the encrypted body. */
export interface PushMessage {
  v: 1;
  kind: PushKind;
  /** One notification an incident: what comes later takes the place of what is shown. */
  tag: string;
  /** Milliseconds since the epoch, when it was sent. */
  at: number;
  /** Names the page that this is, or whose revision it is; empty for news. */
  page: string;
  title: string;
  body: string;
  /** A path of the console. */
  path: string;
  /** Says that it is shown, and answers a page, without a session; empty where nothing is asked. */
  token: string;
}

export interface Shown {
  message: PushMessage;
  /** Shown again without a sound. */
  silent: boolean;
}

export type Answer = 'accept' | 'reject';

/** What a notification says of itself, as far as browsers agree on it (https://notifications.spec.whatwg.org/). */
export interface NotificationLook {
  body: string;
  tag: string;
  renotify: boolean;
  requireInteraction: boolean;
  silent: boolean;
  timestamp: number;
  actions: { action: Answer; title: string }[];
  data: PushMessage;
}

const LOUD: readonly PushKind[] = ['page', 'update', 'code', 'test'];
const KINDS: readonly string[] = [...LOUD, 'taken', 'resolved', 'revision'] satisfies PushKind[];
const TEXTS = ['tag', 'page', 'title', 'body', 'path', 'token'] as const;

/** Null for what is no message that this version knows. A path leads nowhere but into the console. */
export function parsePushMessage(text: string): PushMessage | null {
  let value: Record<string, unknown>;
  try {
    value = JSON.parse(text) as Record<string, unknown>;
  } catch {
    return null;
  }
  if (typeof value !== 'object' || value === null || value.v !== 1 || typeof value.at !== 'number') return null;
  if (typeof value.kind !== 'string' || !KINDS.includes(value.kind)) return null;
  if (TEXTS.some((name) => typeof value[name] !== 'string')) return null;
  if (!/^\/(?!\/)[\w\-./]*$/.test(value.path as string)) return null;
  return value as unknown as PushMessage;
}

/**
 * What is shown once a message came, where something of its incident may be shown already. Each push has to show something; messages
 * come late and in any order, and what is newer stays. A page stays too where what came is about an older page.
 */
export function whatToShow(came: PushMessage, shown: PushMessage | null): Shown {
  if (shown !== null && stays(shown, came)) return { message: shown, silent: true };
  return { message: came, silent: !LOUD.includes(came.kind) };
}

function stays(shown: PushMessage, came: PushMessage): boolean {
  if (came.kind === 'revision' && shown.kind === 'page') return came.page !== shown.page;
  return shown.at > came.at;
}

export function lookOf({ message, silent }: Shown): NotificationLook {
  const isPage = message.kind === 'page' && message.token !== '';
  return {
    body: message.body,
    tag: message.tag,
    renotify: !silent,
    requireInteraction: isPage,
    silent,
    timestamp: message.at,
    actions: isPage
      ? [
          { action: 'accept', title: 'Accept' },
          { action: 'reject', title: 'Reject' },
        ]
      : [],
    data: message,
  };
}

/** What came back of an answer; null where nobody could be reached. */
export interface Heard {
  status: number;
  /** What came of it, as a clause, where it was taken. */
  says: string;
}

/** What is shown after a button was pressed: what came of it; or the page again, to be pressed again. */
export function afterPress(page: PushMessage, heard: Heard | null, at: number): Shown {
  if (heard !== null && heard.status < 300) return settled(page, heard.says, at);
  if (heard?.status === 404) return settled(page, 'this page is not known any more', at);
  const body = `${page.body}\nNot sent: Tocsin cannot be reached. Try again.`;
  return { message: { ...page, body }, silent: false };
}

function settled(page: PushMessage, says: string, at: number): Shown {
  return {
    message: { ...page, kind: 'revision', title: page.tag, body: sentence(says), token: '', at },
    silent: true,
  };
}

function sentence(clause: string): string {
  return `${clause.charAt(0).toUpperCase()}${clause.slice(1)}.`;
}
