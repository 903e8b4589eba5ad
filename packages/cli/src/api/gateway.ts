import {
  Conflict,
  Forbidden,
  InvalidInput,
  NotFound,
  RateLimited,
  type TocsinError,
  Unauthenticated,
  Unavailable,
} from '@tocsin/platform';

/** Longer than any answer of the gateway takes. */
const WITHIN_MS = 15_000;

export interface Access {
  /** Where the gateway is. */
  url: string;
  /** An API key. */
  key: string | undefined;
  /** How long an answer is waited for; longer than any takes where absent. */
  withinMs?: number;
}

/** The gateway's REST API, as a program with a key sees it. What it refuses is thrown in its own words. */
export interface Gateway {
  get<T>(path: string, query?: Record<string, string | undefined>): Promise<T>;
  /** Sends a change once, however often the way there breaks. */
  post<T>(path: string, body?: object): Promise<T>;
  /** Events as they come, until the signal or the gateway ends them. */
  stream(path: string, headers: Record<string, string>, signal: AbortSignal): Promise<ReadableStream<Uint8Array>>;
}

export function createGateway({ url, key, withinMs = WITHIN_MS }: Access): Gateway {
  const base = baseOf(url);

  async function ask(path: string, init: RequestInit): Promise<Response> {
    if (!key) {
      const wanted = 'TOCSIN_API_KEY is not set: it holds an API key, which the console makes';
      throw new InvalidInput(wanted, { code: 'key-missing' });
    }
    const headers = { accept: 'application/json', authorization: `Bearer ${key}`, ...init.headers };
    const response = await fetch(new URL(`/api/v1${path}`, base), { ...init, headers }).catch((cause: unknown) => {
      throw new Unavailable(`${base.origin} does not answer`, { code: 'gateway-away', cause });
    });
    if (!response.ok) throw await refusalOf(response, base);
    return response;
  }

  return {
    async get<T>(path: string, query: Record<string, string | undefined> = {}) {
      const said = Object.entries(query).filter((pair): pair is [string, string] => pair[1] !== undefined);
      const search = said.length > 0 ? `?${new URLSearchParams(said)}` : '';
      return (await ask(`${path}${search}`, { signal: AbortSignal.timeout(withinMs) })).json() as Promise<T>;
    },
    async post<T>(path: string, body: object = {}) {
      const headers = { 'content-type': 'application/json', 'idempotency-key': crypto.randomUUID() };
      const init = { method: 'POST', headers, body: JSON.stringify(body), signal: AbortSignal.timeout(withinMs) };
      return (await ask(path, init)).json() as Promise<T>;
    },
    async stream(path, headers, signal) {
      const { body } = await ask(path, { headers: { accept: 'text/event-stream', ...headers }, signal });
      if (!body) throw new Unavailable(`${base.origin} sent no events`, { code: 'gateway-refused' });
      return body;
    },
  };
}

function baseOf(url: string): URL {
  if (URL.canParse(url) && /^https?:$/.test(new URL(url).protocol)) return new URL(url);
  throw new InvalidInput(`${url} is no address of a gateway, such as https://tocsin.example`, { code: 'url-invalid' });
}

const CLASSES: Readonly<Record<number, new (message: string, details: { code: string }) => TocsinError>> = {
  400: InvalidInput,
  401: Unauthenticated,
  403: Forbidden,
  404: NotFound,
  409: Conflict,
  429: RateLimited,
};

/** A refusal in the gateway's words; one that is no problem document came from something between. */
async function refusalOf(response: Response, { origin }: URL): Promise<TocsinError> {
  const problem = (await response.json().catch(() => ({}))) as { detail?: string; code?: string };
  const message = problem.detail ?? `${origin} answered ${response.status}`;
  const Class = CLASSES[response.status] ?? Unavailable;
  return new Class(message, { code: problem.code ?? 'gateway-refused' });
}
