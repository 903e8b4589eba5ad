import { createClient, services, until } from '@tocsin/platform';
import type { Incident } from '@tocsin/proto/incident/v1';
import type { System } from '../system.ts';
import { acceptByCall, rejectByText } from './answer.ts';
import { disagreements } from './compare.ts';
import { carrierLines, logLines } from './records.ts';
import { timeline } from './timeline.ts';

const stepTimeoutMs = 30_000;
/** How long the carrier is watched after the answer: a page that should not go would go in this time. */
const quietMs = 1_500;
/** How long news that is planned may be on its way to the carrier. */
const settleMs = 15_000;

/**
 * Fires one drill alert through the front door. The first person who is paged rejects by text message, the next accepts by a key
 * on the phone. Tells every step, then holds the incident's log against the carrier's record. Resolves with what is wrong, or ''.
 */
export async function runDrill(system: System, log: (line: string) => void): Promise<string> {
  try {
    const startedAt = Date.now();
    await fire(system);
    log('drill alert sent');
    const rejecting = await nextPaged(system, [], 'message');
    log(`${nameOf(system, rejecting)} is paged and rejects`);
    await rejectByText(system.tocsin.carrier.phone(rejecting));
    const accepting = await nextPaged(system, [rejecting], 'call');
    log(`${nameOf(system, accepting)} is paged and accepts`);
    await acceptByCall(system.tocsin.carrier.phone(accepting));
    await until(async () => (await theIncident(system))?.status === 'acknowledged', {
      timeoutMs: stepTimeoutMs,
      what: 'the incident to be acknowledged',
    });
    await new Promise((resolve) => setTimeout(resolve, quietMs));
    // Where they do not come to agree, the account says in what.
    const agree = async () => (await disagreementsIn(system)).length === 0;
    await until(agree, { timeoutMs: settleMs, what: 'the records to agree' }).catch(() => undefined);
    return await account(system, startedAt, log);
  } catch (error) {
    return `the drill failed: ${(error as Error).message}`;
  }
}

async function fire({ tocsin, organisation }: System): Promise<void> {
  const response = await fetch(`http://127.0.0.1:${tocsin.ports.ingestion}/v1/in/${organisation.drillKey}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      action: 'trigger',
      dedup_key: `drill-${Date.now()}`,
      severity: 'critical',
      title: 'Drill: answer this page',
    }),
    signal: AbortSignal.timeout(5_000),
  });
  if (response.status !== 202) throw new Error(`ingestion answered ${response.status}: ${await response.text()}`);
}

/** The number of who is paged next, once the carrier brings them this kind. */
function nextPaged({ tocsin }: System, except: string[], kind: 'message' | 'call'): Promise<string> {
  const asked = () =>
    tocsin.carrier.record().find((one) => one.kind === kind && one.status === 201 && !except.includes(one.to ?? ''))
      ?.to;
  return until(asked, { timeoutMs: stepTimeoutMs, what: 'somebody to be paged' });
}

async function theIncident({ tocsin, organisation }: System, withLog = false): Promise<Incident | undefined> {
  const client = createClient(tocsin.nc, services.incidents, { timeoutMs: 5_000 });
  const { incidents } = await client.list({ organisationId: organisation.id, limit: 1 });
  const [newest] = incidents;
  return newest && client.get({ organisationId: organisation.id, incident: newest.id, withLog });
}

async function disagreementsIn(system: System): Promise<string[]> {
  const { tocsin, organisation } = system;
  const incident = await theIncident(system, true);
  if (!incident) return ['there is no incident'];
  return disagreements(logLines(incident), carrierLines(tocsin.carrier.record()), organisation.numbers);
}

async function account(system: System, startedAt: number, log: (line: string) => void): Promise<string> {
  const { tocsin, organisation } = system;
  const incident = await theIncident(system, true);
  if (!incident) return 'the drill failed: there is no incident';
  const decided = logLines(incident);
  const asked = carrierLines(tocsin.carrier.record());
  log(`\n${incident.number} "${incident.title}" is ${incident.status}. In milliseconds since the alert was sent:\n`);
  for (const line of timeline(decided, asked, startedAt, organisation)) log(line);
  log('');
  const wrong = [...disagreements(decided, asked, organisation.numbers), ...tocsin.carrier.unexpected];
  if (wrong.length > 0) return wrong.join('; ');
  log(
    `the incident's log and the carrier's record agree: ${asked.length} requests, none after the answer that pages anybody`,
  );
  return '';
}

function nameOf({ organisation }: System, number: string): string {
  return organisation.names.get(number) ?? number;
}
