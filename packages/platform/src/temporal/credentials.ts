import { createHash } from 'node:crypto';
import { readCertificate, readFileOf, readKeyPair, wrongFile } from '../crypto/pem-file.ts';
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
    ? await readCertificate({ field: 'TEMPORAL_TLS_SERVER_CA_CERT_PATH', path: tls.serverCaPath })
    : undefined;
  const client = tls?.client
    ? await readKeyPair(
        { field: 'TEMPORAL_TLS_CLIENT_CERT_PATH', path: tls.client.certPath },
        { field: 'TEMPORAL_TLS_CLIENT_KEY_PATH', path: tls.client.keyPath },
      )
    : undefined;
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

async function apiKeyIn(path: string): Promise<string> {
  const field = 'TEMPORAL_API_KEY_PATH';
  const key = (await readFileOf({ field, path })).toString('utf8').trim();
  if (!/^[\x21-\x7e]+$/.test(key)) throw wrongFile(field, `${path} holds no API key`);
  return key;
}
