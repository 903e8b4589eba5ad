import { createHash } from 'node:crypto';
import {
  type Answer,
  afterPress,
  type Heard,
  lookOf,
  type NotificationLook,
  type PushMessage,
  parsePushMessage,
  type Shown,
  whatToShow,
} from '@tocsin/console/notification';
import { type PushAddress, pushAddressOf } from '@tocsin/domain';
import { keysOf, type SubscriptionKeys } from './decrypt.ts';

/** Where subscriptions of the simulated push service say that they are. */
export const LOCAL_PUSH = 'https://push.tocsin.test';

/** What a browser says to the console's API, and what it hears back; null where nobody could be reached. */
export type TellTocsin = (
  path: '/push/answers' | '/push/receipts',
  body: { token: string; answer?: Answer },
) => Promise<Heard | null>;

/** A notification as its owner sees it. */
export interface SeenNotification {
  title: string;
  look: NotificationLook;
  at: number;
  /** How often it made a sound. */
  rang: number;
}

/** Somebody's browser, subscribed: it opens what it gets, and shows what the console's service worker would show. */
export interface Device {
  readonly name: string;
  readonly subscription: PushAddress;
  /** As the address of a contact method. */
  readonly address: string;
  readonly keys: SubscriptionKeys;
  /** What is on the screen, one an incident, newest last. */
  readonly shown: readonly SeenNotification[];
  /** Shows what came. Throws where the service worker would not know it. */
  receive(text: string): PushMessage;
  /** Presses a button; resolves with the status of the answer, 0 where nobody answered. Throws where there is no such button. */
  press(tag: string, answer: Answer): Promise<number>;
}

/** The keys are made of the name: the same device is the same at every start. */
export function createDevice(name: string, tell: TellTocsin, changed: () => void = () => {}): Device {
  const keys = keysOf(digest(`key ${name}`), digest(`auth ${name}`).subarray(0, 16));
  const subscription = {
    endpoint: `${LOCAL_PUSH}/devices/${name}`,
    p256dh: keys.pair.getPublicKey('base64url'),
    auth: keys.auth.toString('base64url'),
  };
  const seen = new Map<string, SeenNotification>();

  function show(shown: Shown): void {
    const { message } = shown;
    const look = lookOf(shown);
    const before = seen.get(message.tag);
    // What is shown last stands last.
    seen.delete(message.tag);
    const rang = (before?.rang ?? 0) + (shown.silent ? 0 : 1);
    seen.set(message.tag, { title: message.title, look, at: Date.now(), rang });
    changed();
  }

  return {
    name,
    subscription,
    address: pushAddressOf(subscription),
    keys,
    get shown() {
      return [...seen.values()];
    },
    receive(text) {
      const message = parsePushMessage(text);
      if (!message) throw new Error('the service worker does not know such a message');
      show(whatToShow(message, seen.get(message.tag)?.look.data ?? null));
      if (message.token !== '') void tell('/push/receipts', { token: message.token });
      return message;
    },
    async press(tag, answer) {
      const page = seen.get(tag)?.look;
      if (!page?.actions.some((one) => one.action === answer)) throw new Error(`nothing on ${tag} can be pressed`);
      const heard = await tell('/push/answers', { token: page.data.token, answer });
      show(afterPress(page.data, heard, Date.now()));
      return heard?.status ?? 0;
    },
  };
}

function digest(text: string): Buffer {
  return createHash('sha256').update(`tocsin local push ${text}`).digest();
}
