import { readFileSync } from 'node:fs';

/** What a container may be given as a file: `ROSTER_MASTER_KEY_FILE` names the file that holds `ROSTER_MASTER_KEY`. */
export const SECRETS = [
  'MONGODB_URL',
  'NATS_URL',
  'ROSTER_MASTER_KEY',
  'GATEWAY_MASTER_KEY',
  'WEBHOOKS_MASTER_KEY',
  'GATEWAY_OIDC',
  'VAPID_PUBLIC_KEY',
  'VAPID_PRIVATE_KEY',
  'VAPID_PREVIOUS',
  'TWILIO_ACCOUNTS',
  'SLACK_WORKSPACES',
];

/** Sets each variable that is not set, or is empty, from the file that is named for it. Throws where one cannot be read. */
export function readSecretFiles(env: NodeJS.ProcessEnv): void {
  for (const name of SECRETS) {
    const file = env[`${name}_FILE`];
    if (!file || env[name]) continue;
    try {
      env[name] = readFileSync(file, 'utf8').trim();
    } catch (cause) {
      throw new Error(`${name}_FILE: ${file} cannot be read (${(cause as NodeJS.ErrnoException).code})`, { cause });
    }
  }
}
