import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { InvalidInput } from '../errors/errors.ts';

/** A setting, and the file that it names. */
export interface FileOf {
  field: string;
  path: string;
}

/** Rejects with `InvalidInput`, which names the setting and the file, as all of these do. */
export async function readFileOf({ field, path }: FileOf): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (error) {
    throw wrongFile(field, `${path} cannot be read (${(error as NodeJS.ErrnoException).code})`);
  }
}

export async function readCertificate(file: FileOf): Promise<{ pem: Buffer; expiresAt: Date }> {
  const { pem, parsed } = await certificateIn(file);
  return { pem, expiresAt: parsed.validToDate };
}

/** A certificate and the key that belongs to it. */
export async function readKeyPair(cert: FileOf, key: FileOf): Promise<{ cert: Buffer; key: Buffer; expiresAt: Date }> {
  const { pem, parsed } = await certificateIn(cert);
  const keyPem = await readFileOf(key);
  let isItsKey: boolean;
  try {
    isItsKey = parsed.checkPrivateKey(createPrivateKey(keyPem));
  } catch {
    throw wrongFile(key.field, `${key.path} holds no private key as PEM without a passphrase`);
  }
  if (!isItsKey) throw wrongFile(key.field, `${key.path} is not the key of the certificate in ${cert.path}`);
  return { cert: pem, key: keyPem, expiresAt: parsed.validToDate };
}

export function wrongFile(field: string, message: string): InvalidInput {
  return new InvalidInput(`${field}: ${message}`, { code: 'credentials-invalid', field });
}

async function certificateIn(file: FileOf): Promise<{ pem: Buffer; parsed: X509Certificate }> {
  const pem = await readFileOf(file);
  try {
    return { pem, parsed: new X509Certificate(pem) };
  } catch {
    throw wrongFile(file.field, `${file.path} holds no certificate as PEM`);
  }
}
