// What the library below makes its parts by.
import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import {
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  PemConverter,
  SubjectAlternativeNameExtension,
  X509CertificateGenerator,
} from '@peculiar/x509';

/** A certificate and its key, as PEM. */
export interface KeyPair {
  cert: string;
  key: string;
}

export interface Authority {
  /** What whoever trusts it is given. */
  cert: string;
  /** For a server on loopback and for a client, signed by this authority. */
  issue(name: string, options?: { notAfter?: Date }): Promise<KeyPair>;
}

const algorithm = { name: 'ECDSA', namedCurve: 'P-256' };
const signingAlgorithm = { name: 'ECDSA', hash: 'SHA-256' };
const hour = 3_600_000;
const makeKeys = () => webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);

/** A certificate authority of a test's own: real certificates, an hour long. */
export async function createAuthority(name: string): Promise<Authority> {
  const keys = await makeKeys();
  const valid = { notBefore: new Date(Date.now() - hour), notAfter: new Date(Date.now() + hour) };
  const root = await X509CertificateGenerator.createSelfSigned({
    name: `CN=${name} authority`,
    keys,
    signingAlgorithm,
    ...valid,
    extensions: [new BasicConstraintsExtension(true, undefined, true)],
  });
  return {
    cert: root.toString('pem'),
    async issue(subject, { notAfter = valid.notAfter } = {}) {
      const own = await makeKeys();
      const certificate = await X509CertificateGenerator.create({
        subject: `CN=${subject}`,
        issuer: root.subject,
        publicKey: own.publicKey,
        signingKey: keys.privateKey,
        signingAlgorithm,
        notBefore: valid.notBefore,
        notAfter,
        extensions: [
          new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth, ExtendedKeyUsage.clientAuth]),
          new SubjectAlternativeNameExtension([
            { type: 'ip', value: '127.0.0.1' },
            { type: 'dns', value: 'localhost' },
            { type: 'dns', value: `${subject}.example.com` },
          ]),
        ],
      });
      const pkcs8 = await webcrypto.subtle.exportKey('pkcs8', own.privateKey);
      return { cert: certificate.toString('pem'), key: PemConverter.encode(pkcs8, 'PRIVATE KEY') };
    },
  };
}
