import { readFileSync } from 'node:fs';
import { type ConnectionOptions, credsAuthenticator, errors } from '@nats-io/nats-core';
import { z } from 'zod';
import { readCertificate, readFileOf, readKeyPair } from '../crypto/pem-file.ts';
import { InvalidInput, type TocsinError, Unavailable } from '../errors/errors.ts';

const text = z.string().min(1).optional();

/** Beside the address, and named as NATS' own command line names them: files of PEM, a file of credentials, a user. */
export const natsEnvironment = z
  .object({ NATS_CA: text, NATS_CERT: text, NATS_KEY: text, NATS_CREDS: text, NATS_USER: text, NATS_PASSWORD: text })
  .check(({ value: env, issues }) => {
    const beside = (one: keyof typeof env, other: keyof typeof env) => {
      if (env[other] && !env[one])
        issues.push({ code: 'custom', input: env, path: [one], message: `is missing beside ${other}` });
    };
    beside('NATS_KEY', 'NATS_CERT');
    beside('NATS_CERT', 'NATS_KEY');
    beside('NATS_PASSWORD', 'NATS_USER');
    beside('NATS_USER', 'NATS_PASSWORD');
    if (env.NATS_CREDS && env.NATS_USER) {
      const message = 'is one too many beside NATS_USER: give one of them';
      issues.push({ code: 'custom', input: env, path: ['NATS_CREDS'], message });
    }
  });

export type NatsSecurity = z.infer<typeof natsEnvironment>;

const UNKNOWN_SIGNER = /^(UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_SELF_SIGNED)/;
const REFUSES_CLIENT = /^ERR_SSL_(TLSV1|TLSV13|SSLV3)_ALERT_/;

/**
 * What the client is given. Files are looked at now, so that what is wrong is said by name, and read again for each connection
 * that is made. `asked` is whether an address says `tls://`: the client alone would take such a server without TLS, too.
 */
export async function securityOptions(security: NatsSecurity, asked: boolean): Promise<Partial<ConnectionOptions>> {
  const { NATS_CA: ca, NATS_CERT: cert, NATS_KEY: key, NATS_CREDS: creds } = security;
  const { NATS_USER: user, NATS_PASSWORD: pass } = security;
  if (ca) await readCertificate({ field: 'NATS_CA', path: ca });
  if (cert && key) await readKeyPair({ field: 'NATS_CERT', path: cert }, { field: 'NATS_KEY', path: key });
  if (creds) {
    const parses = (await readFileOf({ field: 'NATS_CREDS', path: creds })).includes('BEGIN NATS USER JWT');
    if (!parses) throw invalid('NATS_CREDS', `${creds} holds no credentials of a NATS user`);
  }
  const tls = {
    ...(ca ? { caFile: ca } : {}),
    ...(cert && key ? { certFile: cert, keyFile: key } : {}),
  };
  return {
    ...(asked || ca || cert ? { tls } : {}),
    ...(creds ? { authenticator: credsAuthenticator(newest(creds)) } : {}),
    ...(user && pass ? { user, pass } : {}),
  };
}

/** The client gives up for good where this throws, and a mounted file may be away for a moment: then the last that was read does. */
function newest(path: string): () => Uint8Array {
  let last = readFileSync(path);
  return () => {
    try {
      last = readFileSync(path);
    } catch {}
    return last;
  };
}

/** What a failed connection means, in one sentence that names the setting. Undefined where it is nothing of these. */
export function explainNats(cause: unknown, at: string, security: NatsSecurity): TocsinError | undefined {
  const { NATS_CA, NATS_CERT, NATS_CREDS, NATS_USER } = security;
  const { code = '', message } = cause as NodeJS.ErrnoException;
  if (cause instanceof errors.AuthorizationError) {
    const shown = NATS_CREDS ? 'the file in NATS_CREDS' : NATS_USER ? 'NATS_USER and NATS_PASSWORD' : 'NATS_URL';
    // Whoever changes credentials changes them in two places: a refusal may be of a moment.
    return new Unavailable(`${at} does not take the credentials of ${shown}: ${message}`, { code: 'bus-away', cause });
  }
  if (UNKNOWN_SIGNER.test(code)) {
    const signed = NATS_CA
      ? 'the authority in this file did not sign'
      : 'is not set, and no authority that the system knows signed';
    return invalid('NATS_CA', `${signed} the certificate of ${at} (${code})`);
  }
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID')
    return invalid('NATS_URL', `the certificate of ${at} is for another name: ${message}`);
  if (REFUSES_CLIENT.test(code)) {
    const what = NATS_CERT
      ? 'does not take the certificate in this file'
      : 'asks for a certificate, and this is not set';
    return invalid('NATS_CERT', `${at} ${what} (${code})`);
  }
  if (message === "server does not support 'tls'")
    return invalid('NATS_URL', `${at} speaks no TLS, which is asked for`);
  if (code === 'CERT_HAS_EXPIRED') {
    return new Unavailable(`the certificate of ${at} does not hold any more (${code})`, { code: 'bus-away', cause });
  }
  return undefined;
}

function invalid(field: string, message: string): InvalidInput {
  return new InvalidInput(`${field}: ${message}`, { code: 'bus-refuses', field });
}
