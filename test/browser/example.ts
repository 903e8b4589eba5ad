import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

/** The organisation that `npm start` runs for. */
export const EXAMPLE_YAML = await readFile(
  fileURLToPath(new URL('../../deploy/examples/organisation.yaml', import.meta.url)),
  'utf8',
);

/** Senders of the example. */
export const SIEM = 'example-siem-key-for-trying-out';
export const MONITORING = 'example-monitoring-key-for-trying-out';

/** Ada Marsh, whose phone is this. */
export const ADA = { id: 'otter', number: '+12125550111' };

/** Sends an alert as one of the example's senders. */
export async function send(ingestionPort: number, key: string, alert: object): Promise<void> {
  const response = await fetch(`http://127.0.0.1:${ingestionPort}/v1/in/${key}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ action: 'trigger', ...alert }),
  });
  if (response.status !== 202) throw new Error(`the alert was answered with ${response.status}`);
}
