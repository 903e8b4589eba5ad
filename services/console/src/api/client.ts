import { Problem, problemOf } from './problem.ts';

/** Longer than any answer of the gateway takes: past it something is in the way, and the person should know. */
const WITHIN_MS = 15_000;

/** What is edited, with the version that was seen: an edit of it says so, and is refused where somebody else was quicker. */
export interface Versioned<T> {
  value: T;
  etag: string;
}

export async function get<T>(path: string): Promise<T> {
  return bodyOf<T>(await ask('GET', path));
}

export async function getVersioned<T>(path: string): Promise<Versioned<T>> {
  return versioned<T>(await ask('GET', path));
}

/** Sends a change. `key` names it: sent again after a broken connection, it is the same change. */
export async function post<T>(path: string, body: object = {}, key: string = crypto.randomUUID()): Promise<T> {
  return bodyOf<T>(await ask('POST', path, body, { 'idempotency-key': key }));
}

/** Makes something that is edited afterwards. */
export async function create<T>(path: string, body: object): Promise<Versioned<T>> {
  return versioned<T>(await ask('POST', path, body, { 'idempotency-key': crypto.randomUUID() }));
}

/** Puts something in the place of the version that was seen. */
export async function put<T>(path: string, body: object, etag: string): Promise<Versioned<T>> {
  return versioned<T>(await ask('PUT', path, body, { 'if-match': etag }));
}

/** Sets something that is one whole: the last word stands. */
export async function set<T>(path: string, body: object): Promise<T> {
  return bodyOf<T>(await ask('PUT', path, body));
}

/** Does something to the version that was seen. */
export async function postSeen<T>(path: string, body: object, etag: string): Promise<T> {
  return bodyOf<T>(await ask('POST', path, body, { 'idempotency-key': crypto.randomUUID(), 'if-match': etag }));
}

/** Changes a part of the version that was seen. */
export async function patch<T>(path: string, body: object, etag: string): Promise<T> {
  return bodyOf<T>(await ask('PATCH', path, body, { 'if-match': etag }));
}

/** Ends something: what is one's own, or a version that was seen. */
export async function remove(path: string, etag?: string): Promise<void> {
  await ask('DELETE', path, undefined, etag === undefined ? {} : { 'if-match': etag });
}

async function bodyOf<T>(response: Response): Promise<T> {
  return response.status === 204 ? (undefined as T) : ((await response.json()) as T);
}

async function versioned<T>(response: Response): Promise<Versioned<T>> {
  return { value: await bodyOf<T>(response), etag: response.headers.get('etag') ?? '' };
}

async function ask(
  method: string,
  path: string,
  body?: object,
  headers: Record<string, string> = {},
): Promise<Response> {
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
  return response;
}
