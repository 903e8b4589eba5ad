import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { get, remove, set } from '../api/client.ts';
import { deviceName, needsHomeScreen } from './device-name.ts';
import { registerWorker, type Worker } from './service-worker.ts';

/** As `GET /me/devices/{deviceId}` gives it. */
interface Known {
  applicationServerKey: string | null;
  contactMethodId: string | null;
  gone: boolean;
  name: string | null;
  endpointHash: string | null;
}

export type DeviceState =
  | { kind: 'unsupported' }
  /** On iOS: only an app of the home screen is pushed to. */
  | { kind: 'home-screen' }
  /** Nobody set push up on the server. */
  | { kind: 'not-set-up' }
  /** The person told the browser not to show notifications. */
  | { kind: 'blocked' }
  | { kind: 'off' }
  /** It was on, and does not receive any more. */
  | { kind: 'gone' }
  | { kind: 'on'; contactMethodId: string };

const pathOf = (deviceId: string) => `/me/devices/${encodeURIComponent(deviceId)}`;

/**
 * Whether this browser gets its user's pages, and how to change that. Looking at it also mends it: a subscription that the browser changed
 * while nobody looked is brought to the server.
 */
export function useDevice() {
  const queries = useQueryClient();
  const state = useQuery({ queryKey: ['device'], queryFn: look, staleTime: 5 * 60_000 });
  const onSuccess = () => queries.invalidateQueries({ queryKey: ['device'] });
  const enable = useMutation({ mutationFn: turnOn, onSuccess });
  const disable = useMutation({ mutationFn: turnOff, onSuccess });
  return { state: state.data, error: enable.error ?? disable.error ?? state.error, enable, disable };
}

async function look(): Promise<DeviceState> {
  if (needsHomeScreen(navigator, window.matchMedia('(display-mode: standalone)').matches))
    return { kind: 'home-screen' };
  const worker = await registerWorker();
  if (!worker || !('PushManager' in window) || !('Notification' in window)) return { kind: 'unsupported' };
  const known = await get<Known>(pathOf(worker.deviceId));
  if (known.applicationServerKey === null) return { kind: 'not-set-up' };
  if (Notification.permission === 'denied') return { kind: 'blocked' };
  if (known.contactMethodId === null) return { kind: 'off' };
  return mend(worker, { ...known, applicationServerKey: known.applicationServerKey });
}

/** Where it is on, the server knows the subscription that the browser has now. */
async function mend(worker: Worker, known: Known & { applicationServerKey: string }): Promise<DeviceState> {
  const broken: DeviceState = { kind: 'gone' };
  // Without the permission it can only be asked for where somebody presses a button.
  if (Notification.permission !== 'granted') return broken;
  // What the push service does not know any more the browser may still hold.
  if (known.gone) await (await worker.registration.pushManager.getSubscription())?.unsubscribe();
  const subscription = await subscribe(worker, known.applicationServerKey).catch(() => null);
  if (!subscription) return broken;
  if (known.gone || (await hashOf(subscription.endpoint)) !== known.endpointHash)
    await putSubscription(worker, subscription, known.name);
  return { kind: 'on', contactMethodId: known.contactMethodId ?? '' };
}

async function turnOn(): Promise<void> {
  // First, while the press of the button still counts.
  const permission = await Notification.requestPermission();
  if (permission !== 'granted') return;
  const worker = await registerWorker();
  if (!worker) throw new Error('This browser runs no service worker here.');
  const { applicationServerKey, name } = await get<Known>(pathOf(worker.deviceId));
  if (applicationServerKey === null) throw new Error('Push is not set up on this server.');
  const subscription = await subscribe(worker, applicationServerKey).catch((cause: unknown) => {
    const words = 'The browser gives no subscription here: a private window never does, others may be told not to.';
    throw new Error(words, { cause });
  });
  await putSubscription(worker, subscription, name);
}

async function turnOff(): Promise<void> {
  const worker = await registerWorker();
  if (!worker) return;
  await remove(pathOf(worker.deviceId));
  await (await worker.registration.pushManager.getSubscription())?.unsubscribe();
}

/** One that was made for another key is no good any more. */
async function subscribe({ registration }: Worker, applicationServerKey: string): Promise<PushSubscription> {
  await navigator.serviceWorker.ready;
  const known = await registration.pushManager.getSubscription();
  const key = known?.options.applicationServerKey;
  if (known && key && base64url(key) === applicationServerKey) return known;
  await known?.unsubscribe();
  return registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey });
}

async function putSubscription(
  { deviceId }: Worker,
  subscription: PushSubscription,
  name: string | null,
): Promise<void> {
  const { endpoint, keys } = subscription.toJSON();
  await set(pathOf(deviceId), { endpoint, keys, name: name ?? deviceName(navigator) });
}

async function hashOf(text: string): Promise<string> {
  return base64url(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)));
}

function base64url(bytes: ArrayBuffer): string {
  return btoa(String.fromCharCode(...new Uint8Array(bytes)))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replace(/=+$/, '');
}
