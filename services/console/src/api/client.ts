import { Problem, problemOf } from './problem.ts';

/** Longer than any answer of the gateway takes: past it something is in the way, and the person should know. */
const WITHIN_MS = 15_000;

export function get<T>(path: string): Promise<T> {
  return ask<T>('GET', path);
}

/** Sends a change. `key` names it: sent again after a broken connection, it is the same change. */
export function post<T>(path: string, body: object = {}, key: string = crypto.randomUUID()): Promise<T> {
  return ask<T>('POST', path, body, { 'idempotency-key': key });
}

/** Ends something that is one's own. */
export function remove(path: string): Promise<void> {
  return ask<void>('DELETE', path);
}

async function ask<T>(method: string, path: string, body?: object, headers: Record<string, string> = {}): Promise<T> {
  let response: Response;
  try {
    response = await fetch(`/api/v1${path}`, {
      method,
      headers: { accept: 'application/json', ...(body ? { 'content-type': 'application/json' } : {}), ...headers },
      ...(body ? { body: JSON.stringify(body) } : {}),
      signal: AbortSignal.timeout(WITHIN_MS),
    });
  } catch {
    throw new Problem(0, 'unreachable', 'Tocsin cannot be reached. Check your connection; it is tried again.');
  }
  if (!response.ok) throw await problemOf(response);
  return response.status === 204 ? (undefined as T) : ((await response.json()) as T);
}
