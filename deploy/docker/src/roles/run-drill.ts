import { createClient, type NatsConnection, newId, services, until } from '@tocsin/platform';
import type { Incident } from '@tocsin/proto/incident/v1';
import type { SimulatedPhones } from './simulated-phones.ts';

export interface DrillOptions {
  nc: NatsConnection;
  /** Where senders post, without a key. */
  intakeUrl: string;
  /** Of an integration that sends drills. */
  key: string;
  organisationId: string;
  /** From the post until somebody is paged, and again until they accepted. */
  withinMs: number;
  /** Absent: real phones ring, and nobody answers for them. */
  phones?: SimulatedPhones | undefined;
  say(line: string): void;
}

const POST_WITHIN_MS = 5_000;
const EVERY_MS = 250;

/** Rejects with what did not come to pass. The incident is closed in the end, also where nobody was paged. */
export async function drill(options: DrillOptions): Promise<void> {
  const { nc, organisationId, phones, say, withinMs } = options;
  const incidents = createClient(nc, services.incidents);
  const dedupKey = `drill-${newId()}`;
  const startedAt = Date.now();
  const after = () => `${Date.now() - startedAt} ms`;
  const wait = <T>(what: string, probe: () => Promise<T | undefined | false>): Promise<T> =>
    until(probe, { timeoutMs: withinMs, everyMs: EVERY_MS, what });

  const envelope = await post(options, { action: 'trigger', dedup_key: dedupKey });
  say(`the alert was taken after ${after()}`);
  const incidentId = await wait('an incident', () => incidentOf(`${envelope}-0`));
  try {
    const { number, drill: isDrill } = await read();
    if (!isDrill) throw new Error(`${number} is no drill: DRILL_KEY is not of an integration with drill: true`);
    say(`it is ${number}`);
    await wait('somebody to be paged', async () => (await read(true)).log.some(isTaken));
    say(`somebody was paged after ${after()}`);
    if (!phones) return;
    const page = await wait('the page on a simulated phone', () => phones.pageOf(number));
    await phones.accept(page);
    await wait('the accept to be taken', async () => (await read()).status === 'acknowledged');
    say(`it was accepted after ${after()}`);
  } finally {
    await close();
  }
  say('the drill passed');

  async function incidentOf(alertId: string): Promise<string | undefined> {
    const { decisions } = await incidents.decisionsOf({ organisationId, alertIds: [alertId] });
    return decisions[0]?.incidentId || undefined;
  }

  function read(withLog = false): Promise<Incident> {
    return incidents.get({ organisationId, incident: incidentId, withLog });
  }

  /** Whose it is ends it. While it is nobody's, its source can. */
  async function close(): Promise<void> {
    const { ownerPersonId: byPersonId } = await read();
    if (byPersonId === '') await post(options, { action: 'resolve', dedup_key: dedupKey });
    else {
      const command = { case: 'resolve', value: {} } as const;
      await incidents.command({ commandId: newId(), organisationId, incident: incidentId, byPersonId, command });
    }
    await wait('the incident to be closed', async () => (await read()).status === 'closed');
  }
}

/** A provider took it: a refusal, or silence, is no page. */
function isTaken({ kind, dataJson }: Incident['log'][number]): boolean {
  if (kind !== 'notification') return false;
  const { receipt } = JSON.parse(dataJson || '{}') as { receipt?: string };
  return receipt !== undefined && receipt !== 'failed' && receipt !== 'unknown';
}

async function post({ intakeUrl, key }: DrillOptions, alert: object): Promise<string> {
  const response = await fetch(intakeUrl, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
    body: JSON.stringify({ severity: 'critical', title: 'Drill: answer this page', ...alert }),
    signal: AbortSignal.timeout(POST_WITHIN_MS),
  });
  const text = await response.text();
  if (response.status !== 202) throw new Error(`ingestion answered ${response.status}: ${text}`);
  return (JSON.parse(text) as { id: string }).id;
}
