import { NotFound, Unauthenticated, Unavailable } from '@tocsin/platform';
import * as client from 'openid-client';
import { isLoopback, type OidcProvider } from '../config.ts';

const TIMEOUT_SECONDS = 5;

/** What is kept, for this browser only, while its user is away at the provider. */
export interface OidcBegun {
  providerId: string;
  state: string;
  nonce: string;
  verifier: string;
}

export interface OidcIdentity {
  issuer: string;
  subject: string;
  /** Only where the provider says that it is verified. */
  email: string | undefined;
}

export interface Oidc {
  readonly providers: readonly Pick<OidcProvider, 'id' | 'name'>[];
  /** Where to send the browser. */
  begin(providerId: string, redirectUri: string): Promise<{ url: URL; begun: OidcBegun }>;
  /** Who came back. `url` is the whole address that the provider sent the browser to. */
  finish(begun: OidcBegun, url: URL): Promise<OidcIdentity>;
}

/** Sign-in with OpenID Connect: authorisation code with PKCE, state and nonce. */
export function createOidc(providers: readonly OidcProvider[]): Oidc {
  const discovered = new Map<string, Promise<client.Configuration>>();

  /** Asked once, and again where it failed: a provider that is away at our start is not away for ever. */
  function discover(providerId: string): Promise<client.Configuration> {
    const provider = providers.find(({ id }) => id === providerId);
    if (!provider) throw new NotFound('there is no such sign-in', { code: 'provider-unknown', field: 'provider' });
    const known = discovered.get(providerId);
    if (known) return known;
    const { issuer, clientId, clientSecret } = provider;
    const url = new URL(issuer);
    // Our configuration takes http for loopback only.
    const execute = isLoopback(url.hostname) && url.protocol === 'http:' ? [client.allowInsecureRequests] : [];
    const asked = client
      .discovery(url, clientId, clientSecret, undefined, { execute, timeout: TIMEOUT_SECONDS })
      .catch((cause: unknown) => {
        discovered.delete(providerId);
        throw new Unavailable('the sign-in provider does not answer', { code: 'provider-away', cause });
      });
    discovered.set(providerId, asked);
    return asked;
  }

  return {
    providers: providers.map(({ id, name }) => ({ id, name })),
    async begin(providerId, redirectUri) {
      const configuration = await discover(providerId);
      const begun = {
        providerId,
        state: client.randomState(),
        nonce: client.randomNonce(),
        verifier: client.randomPKCECodeVerifier(),
      };
      const url = client.buildAuthorizationUrl(configuration, {
        redirect_uri: redirectUri,
        scope: 'openid email profile',
        state: begun.state,
        nonce: begun.nonce,
        code_challenge: await client.calculatePKCECodeChallenge(begun.verifier),
        code_challenge_method: 'S256',
      });
      return { url, begun };
    },
    async finish({ providerId, state, nonce, verifier }, url) {
      const configuration = await discover(providerId);
      try {
        const tokens = await client.authorizationCodeGrant(configuration, url, {
          expectedState: state,
          expectedNonce: nonce,
          pkceCodeVerifier: verifier,
          idTokenExpected: true,
        });
        const claims = tokens.claims()!;
        // Providers may keep the address out of the ID token (OpenID Connect Core 5.4).
        const { email, email_verified } =
          claims.email === undefined && configuration.serverMetadata().userinfo_endpoint
            ? await client.fetchUserInfo(configuration, tokens.access_token, claims.sub)
            : claims;
        const verified = typeof email === 'string' && email_verified === true;
        return { issuer: claims.iss, subject: claims.sub, email: verified ? email : undefined };
      } catch (cause) {
        throw new Unauthenticated('the sign-in provider did not vouch for this', { code: 'provider-refused', cause });
      }
    },
  };
}
