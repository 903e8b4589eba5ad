import type { Harness } from './harness.ts';

/** The owner in a browser: the API with a session, and the feed. */
export interface Visitor {
  get<T>(path: string): Promise<T>;
  post<T>(path: string, body?: object): Promise<T>;
  /** Changes something as it is now: `below` is where, under the path that it is read at. */
  edit<T>(method: string, path: string, below?: string, body?: object): Promise<T>;
  /** The kinds of what the feed told so far. */
  readonly told: string[];
  close(): void;
}

/** Makes the first user by the link that the start gives, links them to a person of the roster, and follows the feed. */
export async function visit({ tocsin }: Harness, personId: string): Promise<Visitor> {
  const base = `http://127.0.0.1:${tocsin.ports.gateway}`;
  let cookie = '';
  const ask = async (method: string, path: string, body?: object, headers: Record<string, string> = {}) => {
    const response = await fetch(`${base}/api/v1${path}`, {
      method,
      headers: { origin: base, cookie, ...(body ? { 'content-type': 'application/json' } : {}), ...headers },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${await response.text()}`);
    return response;
  };
  const token = new URL(tocsin.setupLink ?? '').hash.slice(1);
  const first = { token, name: 'Olga Owner', email: 'owner@example.com', password: 'correct horse battery' };
  const made = await ask('POST', '/setup', first);
  cookie = made.headers
    .getSetCookie()
    .map((one) => one.split(';')[0])
    .join('; ');
  const { id } = (await made.json()) as { id: string };
  const edit = async (method: string, path: string, below = '', said?: object) => {
    const etag = (await ask('GET', path)).headers.get('etag') ?? '';
    return (await ask(method, `${path}${below}`, said, { 'if-match': etag })).text();
  };
  await edit('PATCH', `/users/${id}`, '', { personId });

  const told: string[] = [];
  const feed = new AbortController();
  const { body } = await fetch(`${base}/api/v1/live`, { headers: { cookie }, signal: feed.signal });
  const follow = async () => {
    for await (const chunk of body?.pipeThrough(new TextDecoderStream()) ?? []) {
      for (const [, data = '{}'] of chunk.matchAll(/^data: (.*)$/gm))
        told.push((JSON.parse(data) as { kind: string }).kind);
    }
  };
  void follow().catch(() => undefined);
  return {
    get: async <T>(path: string) => (await ask('GET', path)).json() as Promise<T>,
    post: async <T>(path: string, said = {}) => (await ask('POST', path, said)).json() as Promise<T>,
    edit: async <T>(method: string, path: string, below = '', said?: object) =>
      JSON.parse((await edit(method, path, below, said)) || 'null') as T,
    told,
    close: () => feed.abort(),
  };
}
