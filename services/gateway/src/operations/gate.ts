import { Unauthenticated } from '@tocsin/platform';
import type { Request, Response } from 'express';
import { authenticate, type Credentials } from '../auth/authenticate.ts';
import { authorise } from '../auth/authorise.ts';
import type { Cookies } from '../auth/cookies.ts';
import { type Principal, principalKey } from '../auth/principal.ts';
import { networkOf } from '../http/client-network.ts';
import type { RateLimit } from '../http/rate-limit.ts';
import { requireSameOrigin } from '../http/same-origin.ts';
import type { AnyOperation } from './operation.ts';

export interface GateOptions {
  credentials: Credentials;
  cookies: Cookies;
  /** Of one signed-in user or key. */
  principalLimit: RateLimit;
  /** Of one network that nobody is known of: public operations, and credentials that are not good. */
  networkLimit: RateLimit;
  /** Of one network, for what comes from crowds. */
  crowdLimit: RateLimit;
  /** Of pages that may send what changes something. */
  origins: readonly string[];
  clock: () => number;
}

/** Who may pass to an operation. */
export interface Gate {
  /** Resolves with who asks, undefined for a public operation; throws what is missing. */
  pass(operation: AnyOperation, req: Request, res: Response): Promise<Principal | undefined>;
}

export function createGate({
  credentials,
  cookies,
  principalLimit,
  networkLimit,
  crowdLimit,
  origins,
  clock,
}: GateOptions): Gate {
  async function known(req: Request, res: Response, token: string | undefined): Promise<Principal> {
    try {
      return await authenticate(req.headers, token, credentials);
    } catch (error) {
      // Guessing at keys is counted; what is known to be good is not slowed down by others of its network.
      if (error instanceof Unauthenticated) networkLimit.take(networkOf(req.ip), res);
      throw error;
    }
  }

  return {
    async pass(operation, req, res) {
      const token = cookies.read(req.headers.cookie).session;
      const isPublic = operation.role === 'public';
      const bySession = !isPublic && req.headers.authorization === undefined && token !== undefined;
      if (operation.method !== 'GET') requireSameOrigin(req.headers, origins, bySession);
      if (isPublic) {
        (operation.fromCrowds ? crowdLimit : networkLimit).take(networkOf(req.ip), res);
        return undefined;
      }
      const principal = await known(req, res, token);
      principalLimit.take(principalKey(principal), res);
      authorise(operation, principal, clock());
      return principal;
    },
  };
}
