import {
  type AuthenticationResponseJSON,
  type AuthenticatorTransport,
  generateAuthenticationOptions,
  generateRegistrationOptions,
  type RegistrationResponseJSON,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
} from '@simplewebauthn/server';
import { Unauthenticated } from '@tocsin/platform';
import { z } from 'zod';
import type { PasskeyRow } from '../store/collections.ts';

/** What a browser's `navigator.credentials` gives, as JSON (WebAuthn 3, 5.1.8); its signature says whether it is right. */
export const credentialSchema = z
  .looseObject({
    id: z.string().min(1).max(1_400),
    rawId: z.string().min(1).max(1_400),
    type: z.literal('public-key'),
    response: z.looseObject({ clientDataJSON: z.string().min(1) }),
  })
  .describe('`PublicKeyCredential.toJSON()` of the browser.');

/** Options for `navigator.credentials`, as JSON. */
export const credentialOptionsSchema = z.looseObject({ challenge: z.string() });

export interface RelyingParty {
  /** The host that passkeys belong to. */
  id: string;
  origins: string[];
}

export interface PasskeyOwner {
  id: string;
  email: string;
  name: string;
  passkeys: readonly PasskeyRow[];
}

/** Passkeys (WebAuthn): the device says who and checks that it is they, so that one is both factors. */
export function createPasskeys({ id: rpID, origins: expectedOrigin }: RelyingParty) {
  return {
    registrationOptions: ({ id, email, name, passkeys }: PasskeyOwner) =>
      generateRegistrationOptions({
        rpName: 'Tocsin',
        rpID,
        userID: new TextEncoder().encode(id),
        userName: email,
        userDisplayName: name,
        attestationType: 'none',
        excludeCredentials: passkeys.map(descriptorOf),
        authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
      }),

    async register(
      response: unknown,
      challenge: string,
    ): Promise<Pick<PasskeyRow, 'id' | 'publicKey' | 'counter' | 'transports'>> {
      const { verified, registrationInfo } = await verifyRegistrationResponse({
        response: response as RegistrationResponseJSON,
        expectedChallenge: challenge,
        expectedOrigin,
        expectedRPID: rpID,
        requireUserVerification: true,
      }).catch(refuse);
      if (!verified) throw refusal();
      const { id, publicKey, counter, transports = [] } = registrationInfo.credential;
      return { id, publicKey, counter, transports };
    },

    /** For whoever comes: the device offers the accounts that it has passkeys of. */
    signInOptions: () => generateAuthenticationOptions({ rpID, userVerification: 'required', allowCredentials: [] }),

    /** Resolves with the passkey's new counter. */
    async verify(response: unknown, challenge: string, passkey: PasskeyRow): Promise<number> {
      const { verified, authenticationInfo } = await verifyAuthenticationResponse({
        response: response as AuthenticationResponseJSON,
        expectedChallenge: challenge,
        expectedOrigin,
        expectedRPID: rpID,
        requireUserVerification: true,
        credential: {
          ...descriptorOf(passkey),
          publicKey: new Uint8Array(passkey.publicKey),
          counter: passkey.counter,
        },
      }).catch(refuse);
      if (!verified) throw refusal();
      return authenticationInfo.newCounter;
    },
  };
}

export type Passkeys = ReturnType<typeof createPasskeys>;

function descriptorOf({ id, transports }: PasskeyRow) {
  return { id, transports: transports as AuthenticatorTransport[] };
}

/** The library says by plain errors what is wrong with a response: whoever made it is to blame. */
function refuse(cause: unknown): never {
  throw refusal(cause);
}

function refusal(cause?: unknown): Unauthenticated {
  return new Unauthenticated('the passkey does not prove this', { code: 'passkey-refused', cause });
}
