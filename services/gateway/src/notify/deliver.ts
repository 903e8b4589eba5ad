import {
  createBackoff,
  createClient,
  type NatsConnection,
  services,
  sleep,
  TocsinError,
  timestamp,
} from '@tocsin/platform';
import { type DeliverResponse, Outcome } from '@tocsin/proto/notifier/v1';
import type { NotificationKind } from '@tocsin/proto/page/v1';

/** A message that somebody asked for, beside any incident. */
export interface Message {
  /** Names it: asked for again, it is not sent again. */
  id: string;
  organisationId: string;
  personId: string;
  contactMethodId: string;
  /** The notifier that has it, such as "sms". */
  channel: string;
  kind: NotificationKind.CODE | NotificationKind.TEST;
  note?: string;
  /** Later than this it should not arrive; milliseconds since the epoch. */
  usefulUntil: number;
}

export interface MessageState {
  state: 'pending' | 'sent' | 'delivered' | 'refused' | 'failed';
  /** Who took it; else who was asked last; empty: nobody was. */
  provider: string;
  /** Catalogued phrase where it did not go out; else empty. */
  reason: string;
}

/** How long whoever asked is kept waiting. */
const WAITED_FOR_MS = 8_000;
const REQUEST_MS = 4_000;

/** Sends it, trying again for some seconds; what is unclear by then is `pending`, and `look` says what came of it. */
export async function deliver(nc: NatsConnection, message: Message): Promise<MessageState> {
  const until = Date.now() + WAITED_FOR_MS;
  const backoff = createBackoff({ baseMs: 200, maxMs: 1_000 });
  let state: MessageState = { state: 'pending', provider: '', reason: '' };
  while (until - Date.now() > 0) {
    state = await ask(nc, message, { goUntil: until, timeoutMs: Math.min(REQUEST_MS, until - Date.now()) });
    if (state.state !== 'pending' && state.state !== 'failed') break;
    await sleep(Math.min(backoff.next(), Math.max(0, until - Date.now())));
  }
  return state;
}

/** What is known of it. Nothing is sent for this: it would have to go out before an instant that is past. */
export function look(nc: NatsConnection, message: Message): Promise<MessageState> {
  return ask(nc, message, { goUntil: 0, timeoutMs: REQUEST_MS });
}

async function ask(
  nc: NatsConnection,
  { id, organisationId, personId, contactMethodId, channel, kind, note = '', usefulUntil }: Message,
  { goUntil, timeoutMs }: { goUntil: number; timeoutMs: number },
): Promise<MessageState> {
  try {
    const said = await createClient(nc, services.notifier, { instance: channel }).deliver(
      {
        key: { id, organisationId, personId, contactMethodId, repeat: 1, kind },
        words: { note },
        goUntil: timestamp(goUntil),
        usefulUntil: timestamp(usefulUntil),
      },
      { timeoutMs, key: id },
    );
    return { state: stateOf(said), provider: said.provider, reason: said.reason };
  } catch (error) {
    // Nobody serves the channel, or nobody answers: it may be back in a moment.
    if (!(error instanceof TocsinError)) throw error;
    return { state: error.code === 'timeout' ? 'pending' : 'failed', provider: '', reason: error.code };
  }
}

function stateOf({ outcome, delivered }: DeliverResponse): MessageState['state'] {
  switch (outcome) {
    case Outcome.SENT:
      return delivered ? 'delivered' : 'sent';
    case Outcome.REFUSED:
      return 'refused';
    case Outcome.FAILED:
    case Outcome.UNDELIVERED:
    case Outcome.EXPIRED:
    case Outcome.WITHDRAWN:
      return 'failed';
    case Outcome.UNSPECIFIED:
    case Outcome.IN_PROGRESS:
    case Outcome.STALE:
      return 'pending';
    default:
      return outcome satisfies never;
  }
}
