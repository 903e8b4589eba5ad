import { createECDH, randomBytes } from 'node:crypto';
import { chown, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { createLogger, loadConfig } from '@tocsin/platform';
import { z } from 'zod';

/** Makes what an installation on one machine has to keep secret, once: what is there stays as it is. */
const environment = z.object({
  SECRETS_DIR: z.string().min(1),
  /** Where the carrier simulator is, for accounts that reach nobody. */
  SIMULATOR_URL: z.url(),
  /** Whose the files are, where this runs as root; nobody else reads them. */
  SECRETS_OWNER: z.coerce.number().int().min(1).default(10_001),
});

const masterKey = () => randomBytes(32).toString('base64');

function vapidPair(): { publicKey: string; privateKey: string } {
  const pair = createECDH('prime256v1');
  const publicKey = pair.generateKeys('base64url');
  // Node leaves leading zeros out.
  return { publicKey, privateKey: pair.getPrivateKey().toString('hex').padStart(64, '0') };
}

function simulatedAccount(id: string, from: string, baseUrl: string) {
  return {
    id,
    accountSid: `AC${randomBytes(16).toString('hex')}`,
    authToken: randomBytes(16).toString('hex'),
    from,
    baseUrl,
  };
}

const log = createLogger('make-secrets');
try {
  const { SECRETS_DIR, SIMULATOR_URL, SECRETS_OWNER } = loadConfig(environment);
  const made: string[] = [];
  /** All of them, or none where one is there: a pair stays a pair. */
  const keep = async (files: Record<string, string>) => {
    for (const [name, text] of Object.entries(files)) {
      const file = path.join(SECRETS_DIR, name);
      try {
        await writeFile(file, `${text}\n`, { mode: 0o400, flag: 'wx' });
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'EEXIST') return;
        throw error;
      }
      if (process.getuid?.() === 0) await chown(file, SECRETS_OWNER, SECRETS_OWNER);
      made.push(name);
    }
  };
  for (const name of ['roster.key', 'gateway.key', 'webhooks.key']) await keep({ [name]: masterKey() });
  const { publicKey, privateKey } = vapidPair();
  await keep({
    'vapid.public': publicKey,
    'vapid.private': Buffer.from(privateKey, 'hex').toString('base64url'),
  });
  const accounts = [
    simulatedAccount('first', '+12025550101', SIMULATOR_URL),
    simulatedAccount('second', '+12025550102', SIMULATOR_URL),
  ];
  await keep({ 'twilio.json': JSON.stringify(accounts) });
  log.info({ made }, made.length > 0 ? 'secrets are made' : 'secrets are there');
} catch (err) {
  log.fatal({ err }, 'secrets cannot be made');
  process.exitCode = 1;
}
