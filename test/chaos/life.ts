import { type Client, sleep, until } from '@tocsin/platform';
import type { Incident, Incidents } from '@tocsin/proto/incident/v1';
import { decisionsOf, unheardAlerts } from '../harness/decisions.ts';
import { ORGANISATION } from '../harness/organisation.ts';
import type { ProcessSystem } from '../harness/process-system.ts';
import { allSent, type Sent } from './sent.ts';

/** An incident from its alert to its close, as the people and machines around it live it: they say again what was not heard. */
export interface Life {
  readonly title: string;
  /** When its alert was posted for the first time. */
  readonly postedAt: number;
  incident(): Promise<Incident>;
  /** Its pages that the carrier took. */
  pages(): Promise<Sent[]>;
  /** Resolves when a person was paged by SMS and by voice, with the later of the two instants. */
  paged(personId: string): Promise<number>;
  says(personId: string, what: 'accept' | 'reject', by: 'sms' | 'voice'): Promise<void>;
  acknowledged(by: string): Promise<number>;
  closed(): Promise<number>;
}

const WITHIN_MS = 60_000;

export async function live(system: ProcessSystem, title: string): Promise<Life> {
  const { incidents } = system;
  const postedAt = Date.now();
  await post(system, title);

  let id: string | undefined;

  /** By what it was made of: words may be missing from it where ingestion was away when it was made. */
  async function incident(): Promise<Incident> {
    id ??= await until(() => incidentOf(system, title), { timeoutMs: WITHIN_MS, what: `the incident of ${title}` });
    return incidents.get({ organisationId: ORGANISATION, incident: id });
  }

  async function pages(): Promise<Sent[]> {
    const { id } = await incident();
    return (await allSent(system)).filter((one) => one.incidentId === id && one.kind === 'page');
  }

  async function newestPage(personId: string, channel: 'sms' | 'voice'): Promise<Sent | undefined> {
    return (await pages()).findLast((one) => one.personId === personId && one.channel === channel);
  }

  /** Says it and hears whether the other side took it. */
  async function sayOnce(personId: string, what: 'accept' | 'reject', by: 'sms' | 'voice'): Promise<boolean> {
    const page = await newestPage(personId, by);
    if (!page) return false;
    const phone = system.phone(personId);
    if (by === 'sms') {
      const code = /\bPAGE ([A-Z0-9]{4})\b/.exec(page.event.body ?? '')?.[1];
      const { status } = await phone.reply(`${code}${what === 'accept' ? 1 : 2}`);
      return status === 200;
    }
    const call = phone.calls.find((one) => one.sid === page.event.sid);
    if (call?.status === 'ringing') await phone.answer(call.sid);
    return phone.press(what === 'accept' ? '1' : '2', page.event.sid).catch(() => false);
  }

  return {
    title,
    postedAt,
    incident,
    pages,
    async paged(personId) {
      const channels = ['sms', 'voice'] as const;
      const first = await until(
        async () => {
          const all = await pages();
          const found = channels.map((channel) =>
            all.find((one) => one.personId === personId && one.channel === channel),
          );
          // On the phone, and not only at the carrier.
          const phone = system.phone(personId);
          const there = [...phone.messages, ...phone.calls].map((one) => one.sid);
          const missing = channels.filter((_, index) => !there.includes(found[index]?.event.sid ?? ''));
          if (missing.length > 0)
            throw new Error(`not there: ${missing}; paged so far: ${all.map((one) => one.notification)}`);
          return found.map((one) => one!.event.receivedAt);
        },
        { timeoutMs: WITHIN_MS, everyMs: 50, what: `the page of ${title} to ${personId}` },
      );
      return Math.max(...first);
    },
    async says(personId, what, by) {
      await until(
        async () => {
          await sayOnce(personId, what, by);
          return isDecided(system, (await incident()).id, personId, what);
        },
        { timeoutMs: WITHIN_MS, everyMs: 500, what: `the decision on ${personId}'s ${what}` },
      );
    },
    async acknowledged(by) {
      await until(
        async () => {
          const { status, ownerPersonId } = await incident();
          return status === 'acknowledged' && ownerPersonId === by;
        },
        { timeoutMs: WITHIN_MS, everyMs: 50, what: `${title} to be ${by}'s` },
      );
      return Date.now();
    },
    async closed() {
      const { id } = await incident();
      await until(
        async () => {
          await resolve(incidents, id);
          return (await incident()).status === 'closed';
        },
        { timeoutMs: WITHIN_MS, everyMs: 250, what: `${title} to be closed` },
      );
      return Date.now();
    },
  };
}

/** A sender repeats what was not taken. */
async function post(system: ProcessSystem, title: string): Promise<void> {
  const alert = { action: 'trigger', dedup_key: title, severity: 'critical', title };
  await until(
    async () => {
      const response = await system.post(alert).catch(() => undefined);
      return response?.status === 202;
    },
    { timeoutMs: WITHIN_MS, everyMs: 250, what: `${title} to be taken` },
  );
}

/** Resolves when nothing is left to be told of lives before: what is armed then is passed by the next one. */
export async function quiet(system: ProcessSystem): Promise<void> {
  const { db } = system;
  const waiting = [
    () => db.collection('parcels').findOne({ parsed: null }),
    () => db.collection('tellings').findOne({ tellAt: { $exists: true } }),
    () => db.collection('incidents').findOne({ untold: true, closedAt: null }),
    () => db.collection('incidentLog').findOne({ told: null }),
    () => db.collection('smsFacts').findOne({ told: null }),
    () => db.collection('voiceFacts').findOne({ told: null }),
    () => db.collection('answers').findOne({ decision: null }),
  ];
  await until(
    async () => {
      await repeatDecisions(system);
      return (await Promise.all(waiting.map((look) => look()))).every((one) => one === null);
    },
    { timeoutMs: WITHIN_MS, everyMs: 100, what: 'everything to be told' },
  );
}

/** A decision that ingestion was not there to hear it asks for again, but only minutes later: nothing here waits for that. */
async function repeatDecisions({ db, alerts }: ProcessSystem): Promise<void> {
  const decisions = [...(await decisionsOf(db, await unheardAlerts(db))).values()];
  if (decisions.length > 0) await alerts.decide({ decisions });
}

async function incidentOf({ db }: ProcessSystem, title: string): Promise<string | undefined> {
  const alert = await db.collection<{ _id: string; title: string }>('alerts').findOne({ title });
  return alert ? (await decisionsOf(db, [alert._id])).get(alert._id)?.incidentId : undefined;
}

async function isDecided(system: ProcessSystem, incidentId: string, personId: string, said: string): Promise<boolean> {
  const answer = await system.db.collection('answers').findOne({ incidentId, personId, said, decision: { $ne: null } });
  return answer !== null;
}

async function resolve(incidents: Client<typeof Incidents>, incident: string): Promise<void> {
  await incidents
    .command({
      organisationId: ORGANISATION,
      incident,
      commandId: `resolve-${incident}`,
      byPersonId: 'ada',
      command: { case: 'resolve', value: {} },
    })
    .catch(() => sleep(100));
}
