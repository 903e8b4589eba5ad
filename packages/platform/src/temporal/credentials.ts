import { createHash, createPrivateKey, X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { InvalidInput } from '../errors/errors.ts';
import type { TemporalSecurity } from './security.ts';

/** What the files hold now. */
export interface TemporalCredentials {
  tls?: {
    serverCa?: Buffer | undefined;
    client?: { cert: Buffer; key: Buffer; expiresAt: Date } | undefined;
    serverName?: string | undefined;
  };
  apiKey?: string;
  /** Equal for equal credentials. */
  digest: string;
}

/** Rejects with `InvalidInput`, which names the setting and the file, where one cannot be read or is not what it should be. */
export async function readCredentials({ tls, apiKey }: TemporalSecurity = {}): Promise<TemporalCredentials> {
  const serverCa = tls?.serverCaPath
    ? await certificate('TEMPORAL_TLS_SERVER_CA_CERT_PATH', tls.serverCaPath)
    : undefined;
  const client = tls?.client && (await clientPair(tls.client));
  const key = apiKey && ('value' in apiKey ? apiKey.value : await apiKeyIn(apiKey.path));
  const hash = createHash('sha256');
  for (const part of [serverCa?.pem, client?.cert, client?.key, key]) hash.update(part ?? '').update('\0');
  return {
    ...(tls ? { tls: { serverCa: serverCa?.pem, client, serverName: tls.serverName } } : {}),
    ...(key ? { apiKey: key } : {}),
    digest: hash.digest('hex'),
  };
}

/** Whether there is anything that could change. */
export function hasFiles({ tls, apiKey }: TemporalSecurity = {}): boolean {
  return Boolean(tls?.serverCaPath || tls?.client || (apiKey && 'path' in apiKey));
}

async function clientPair({ certPath, keyPath }: { certPath: string; keyPath: string }) {
  const { pem, parsed } = await certificate('TEMPORAL_TLS_CLIENT_CERT_PATH', certPath);
  const key = await read('TEMPORAL_TLS_CLIENT_KEY_PATH', keyPath);
  let isItsKey: boolean;
  try {
    isItsKey = parsed.checkPrivateKey(createPrivateKey(key));
  } catch {
    throw wrong('TEMPORAL_TLS_CLIENT_KEY_PATH', `${keyPath} holds no private key as PEM without a passphrase`);
  }
  if (!isItsKey)
    throw wrong('TEMPORAL_TLS_CLIENT_KEY_PATH', `${keyPath} is not the key of the certificate in ${certPath}`);
  return { cert: pem, key, expiresAt: parsed.validToDate };
}

async function certificate(field: string, path: string): Promise<{ pem: Buffer; parsed: X509Certificate }> {
  const pem = await read(field, path);
  try {
    return { pem, parsed: new X509Certificate(pem) };
  } catch {
    throw wrong(field, `${path} holds no certificate as PEM`);
  }
}

async function apiKeyIn(path: string): Promise<string> {
  const key = (await read('TEMPORAL_API_KEY_PATH', path)).toString('utf8').trim();
  if (!/^[\x21-\x7e]+$/.test(key)) throw wrong('TEMPORAL_API_KEY_PATH', `${path} holds no API key`);
  return key;
}

async function read(field: string, path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw wrong(field, `${path} cannot be read (${code})`);
  }
}

function wrong(field: string, message: string): InvalidInput {
  return new InvalidInput(`${field}: ${message}`, { code: 'temporal-credentials-invalid', field });
}
