/** This browser as a device: its service worker, and the id that it goes by. */
export interface Worker {
  registration: ServiceWorkerRegistration;
  deviceId: string;
}

/**
 * Registers the service worker once. The id that this browser goes by stands in the worker's address: so the page and the worker know the
 * same, and clearing one of them clears the other. Null where there are no service workers, or they are forbidden.
 */
export async function registerWorker(): Promise<Worker | null> {
  if (!('serviceWorker' in navigator)) return null;
  try {
    const known = await navigator.serviceWorker.getRegistration('/');
    const deviceId = idIn(known) ?? crypto.randomUUID();
    const registration = await navigator.serviceWorker.register(`/sw.js?device=${deviceId}`, { scope: '/' });
    return { registration, deviceId };
  } catch {
    return null;
  }
}

function idIn(registration: ServiceWorkerRegistration | undefined): string | null {
  const worker = registration?.active ?? registration?.waiting ?? registration?.installing;
  return worker ? new URL(worker.scriptURL).searchParams.get('device') : null;
}
