import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import Provider from 'oidc-provider';

export interface Account {
  sub: string;
  email?: string;
  email_verified?: boolean;
}

/** An OpenID Connect provider as others run one, with the accounts of a test. */
export interface OidcServer {
  issuer: string;
  accounts: Map<string, Account>;
  /** What the browser of somebody with an account does there: follows, signs in, consents, until it is sent back. */
  signIn(authorizationUrl: string, sub: string): Promise<string>;
  /** The same, and the person says no. */
  refuse(authorizationUrl: string): Promise<string>;
  close(): Promise<void>;
}

export const CLIENT = { clientId: 'tocsin', clientSecret: 'a secret of the test, long enough' };

/** `redirectUris` are known once the gateway listens, so they are asked for when the provider is made. */
export async function startOidcServer(redirectUris: string[]): Promise<OidcServer> {
  const accounts = new Map<string, Account>();
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: CLIENT.clientId,
        client_secret: CLIENT.clientSecret,
        redirect_uris: redirectUris,
        response_types: ['code'],
        grant_types: ['authorization_code'],
      },
    ],
    pkce: { required: () => true },
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
    cookies: { keys: ['only for this test'] },
    findAccount: (_ctx, sub) => {
      const account = accounts.get(sub);
      return account && { accountId: sub, claims: () => ({ ...account }) };
    },
  });
  server.on('request', provider.callback());

  return {
    issuer,
    accounts,
    signIn: (url, sub) => browse(url, issuer, (prompt) => new URLSearchParams({ prompt, login: sub, password: 'any' })),
    refuse: (url) => browse(url, issuer, () => undefined),
    close: () => stop(server),
  };
}

/** Follows redirects with a jar of cookies, and fills in the provider's pages, until it is sent to somewhere else. */
async function browse(
  start: string,
  issuer: string,
  fill: (prompt: string) => URLSearchParams | undefined,
): Promise<string> {
  const jar = new Map<string, string>();
  let url = start;
  let form: URLSearchParams | undefined;
  for (let step = 0; step < 20; step += 1) {
    const response = await fetch(url, {
      redirect: 'manual',
      headers: { cookie: [...jar].map(([name, value]) => `${name}=${value}`).join('; ') },
      ...(form ? { method: 'POST', body: form } : {}),
    });
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (value === '') jar.delete(name);
      else jar.set(name, value);
    }
    form = undefined;
    const location = response.headers.get('location');
    if (location) {
      url = new URL(location, url).href;
      if (!url.startsWith(issuer)) return url;
      continue;
    }
    const page = await response.text();
    if (response.status !== 200) throw new Error(`the provider answered ${response.status}: ${page.slice(0, 500)}`);
    form = fill(/name="prompt" value="(\w+)"/.exec(page)?.[1] ?? 'consent');
    url = form ? `${url.split('?')[0]}` : `${url}/abort`;
  }
  throw new Error('the provider never sent the browser back');
}

async function stop(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise<void>((resolve) => server.close(() => resolve()));
}
