import {
  type Answer,
  afterPress,
  lookOf,
  type PushMessage,
  parsePushMessage,
  type Shown,
  whatToShow,
} from './notification.ts';

/**
 * What runs of the console while it is closed: it shows pages that are pushed, takes their answers, and says when there is no connection.
 * It keeps nothing of the API: what is shown in the console is asked for, always.
 */
declare const self: ServiceWorkerGlobalScope;

const OFFLINE = 'offline-1';
const OFFLINE_PAGE = '/offline.html';
/** Whoever pressed a button looks at it: about 15 s. */
const TRIES = 4;
const WITHIN_MS = 10_000;

self.addEventListener('install', (event) => {
  event.waitUntil(caches.open(OFFLINE).then((cache) => cache.add(OFFLINE_PAGE)));
  void self.skipWaiting();
});

self.addEventListener('activate', (event) => {
  event.waitUntil(activate());
});

self.addEventListener('fetch', (event) => {
  if (event.request.mode !== 'navigate') return;
  event.respondWith(fetch(event.request).catch(async () => (await caches.match(OFFLINE_PAGE)) ?? Response.error()));
});

self.addEventListener('push', (event) => {
  event.waitUntil(take(event.data?.text() ?? ''));
});

self.addEventListener('notificationclick', (event) => {
  const { notification, action } = event;
  const message = messageOf(notification);
  if (message?.kind === 'page' && message.token !== '' && (action === 'accept' || action === 'reject'))
    return event.waitUntil(answer(message, action));
  notification.close();
  event.waitUntil(open(message?.path ?? '/'));
});

self.addEventListener('pushsubscriptionchange', (event) => {
  (event as ExtendableEvent).waitUntil(subscribeAgain());
});

async function activate(): Promise<void> {
  for (const name of await caches.keys()) if (name !== OFFLINE) await caches.delete(name);
  await self.clients.claim();
}

async function take(text: string): Promise<void> {
  const message = parsePushMessage(text);
  // A browser that is pushed to and shows nothing takes the permission away.
  if (!message)
    return self.registration.showNotification('Tocsin', { body: 'Something happened. Open Tocsin to see it.' });
  const [before] = await self.registration.getNotifications({ tag: message.tag });
  await show(whatToShow(message, before ? messageOf(before) : null));
  if (message.token !== '') await post('/push/receipts', { token: message.token }, 1);
}

function show(shown: Shown): Promise<void> {
  const look = { ...lookOf(shown), icon: '/icon-192.png', badge: '/badge-96.png' };
  return self.registration.showNotification(shown.message.title, look as NotificationOptions);
}

/** The token is all that an answer needs: the session may have ended in the night. */
async function answer(page: PushMessage, given: Answer): Promise<void> {
  const response = await post('/push/answers', { token: page.token, answer: given }, TRIES);
  const says = response?.ok ? ((await response.json()) as { says: string }).says : '';
  await show(afterPress(page, response && { status: response.status, says }, Date.now()));
}

async function post(path: string, body: object, tries: number): Promise<Response | null> {
  for (let n = 1; ; n += 1) {
    try {
      const response = await fetch(`/api/v1${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
        signal: AbortSignal.timeout(WITHIN_MS),
      });
      const mayWorkLater = response.status >= 500 || response.status === 429;
      if (!mayWorkLater || n >= tries) return response;
    } catch {
      if (n >= tries) return null;
    }
    await new Promise((resolve) => setTimeout(resolve, 1_000 * n));
  }
}

async function open(path: string): Promise<void> {
  const windows = await self.clients.matchAll({ type: 'window', includeUncontrolled: true });
  const [nearest] = windows.toSorted((a, b) => Number(b.focused) - Number(a.focused));
  // A window that this worker does not control cannot be sent anywhere.
  const there = await nearest?.navigate(path).catch(() => null);
  // It may have been another window's turn by now.
  if (there) await there.focus().catch(() => undefined);
  else await self.clients.openWindow(path);
}

/** The browser's subscription ended by itself. Without a session it cannot be said; the console does it when it is opened next. */
async function subscribeAgain(): Promise<void> {
  const deviceId = new URL(self.location.href).searchParams.get('device');
  const path = `/api/v1/me/devices/${deviceId}`;
  const known = await fetch(path);
  if (!known.ok) return;
  const { applicationServerKey, contactMethodId, name } = (await known.json()) as Record<string, string | null>;
  if (!applicationServerKey || !contactMethodId) return;
  const subscription = await self.registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey });
  const { endpoint, keys } = subscription.toJSON();
  await fetch(path, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ endpoint, keys, name }),
  });
}

function messageOf({ data }: Notification): PushMessage | null {
  return parsePushMessage(JSON.stringify(data ?? null));
}
