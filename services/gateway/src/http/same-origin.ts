import type { IncomingHttpHeaders } from 'node:http';
import { Forbidden } from '@tocsin/platform';

/**
 * Refuses what another site made a browser send (CSRF). A browser says by `Sec-Fetch-Site` (all since 2023), and before that by
 * `Origin` on every POST, where a request comes from; pages can forge neither. A request with neither is from no browser, and is
 * taken unless it brings a session's cookie. A token in the page would add nothing: cookies are SameSite=Lax, no GET changes anything but
 * by a sign-in that its own cookie binds to the browser, and bodies are JSON, which no form can send.
 */
export function requireSameOrigin(headers: IncomingHttpHeaders, origins: readonly string[], bySession: boolean): void {
  const site = headers['sec-fetch-site'];
  if (site !== undefined) {
    if (site === 'same-origin') return;
  } else if (headers.origin !== undefined) {
    if (origins.includes(headers.origin)) return;
  } else if (!bySession) return;
  throw new Forbidden('this did not come from the console itself', { code: 'cross-site' });
}
