import { createTemporalClient } from '@tocsin/platform';
import { stuckLives } from '../../workflows/test/histories.ts';
import { PROVIDER_TIMEOUT_MS, type ProcessSystem } from '../harness/process-system.ts';
import type { Sent } from './sent.ts';

/** A time in which the outcome of a request could be lost: a process died, or an engine was away. */
export interface Outage {
  /** A service or an engine. */
  name: string;
  from: number;
  until: number;
}

/** What the rules look into. */
export interface Watched extends Pick<ProcessSystem, 'db'> {
  readonly carrier: { readonly unexpected: readonly string[] };
  readonly engines: { readonly temporalAddress: string; readonly namespace: string };
}

/** Pages may start this long after `incidents` stored the accept, and not later. */
const LATE_MS = 250;
/** So long before it an engine or `incidents` went where a page went with generic words. */
const SILENCE_MS = 30_000;
/** A request that began in time arrives within its time-out, however busy the machine is: the carrier sees no other. */
const ON_ITS_WAY_MS = Number(PROVIDER_TIMEOUT_MS);

interface Answer {
  incidentId: string;
  personId: string;
  said: string;
  storedAt: Date;
  event: { round?: number };
  decision: { outcome: string; round: number; reason: string } | null;
}

/**
 * What must hold of everything that went out, whatever was killed. Returns what does not, a sentence each; and how many
 * notifications went out twice. Histories are lived again by the workflows of the workspace, or by others' code.
 */
export async function brokenRules(
  system: Watched,
  sent: readonly Sent[],
  outages: readonly Outage[],
  workflowCode?: string,
): Promise<{ broken: string[]; repeats: number }> {
  const answers = await storedAnswers(system);
  const { broken, repeats } = repeatsOf(sent, outages);
  broken.push(...lateOf(sent, answers, outages));
  broken.push(...(await brokenLogs(system)));
  broken.push(...(await stuckIn(system, workflowCode)));
  broken.push(...system.carrier.unexpected.map((what) => `the carrier met what it did not expect: ${what}`));
  return { broken, repeats };
}

/**
 * A notification goes out once. It goes out again only where a crash hid what became of the one before, and then it says so;
 * a third time takes a second crash.
 */
function repeatsOf(sent: readonly Sent[], outages: readonly Outage[]): { broken: string[]; repeats: number } {
  const broken: string[] = [];
  let repeats = 0;
  for (const [notification, same] of Map.groupBy(sent, (one) => one.notification)) {
    const hiding = new Set<Outage>();
    for (const [n, again] of same.slice(1).entries()) {
      repeats += 1;
      if (!again.attempt.possibleRepeat) broken.push(`${notification} went out again without a mark`);
      if (again.channel === 'sms' && !/possible repeat/i.test(again.event.body ?? ''))
        broken.push(`${notification} went out again and did not say so: ${again.event.body}`);
      const { receivedAt } = same[n]!.event;
      const hid = outages.find(
        (one) =>
          (one.name === again.channel || isEngine(one.name)) &&
          one.until >= receivedAt &&
          one.from <= again.event.receivedAt &&
          !hiding.has(one),
      );
      if (hid) hiding.add(hid);
      else broken.push(`${notification} went out again although nothing had crashed: ${JSON.stringify(same)}`);
    }
  }
  return { broken, repeats };
}

function isEngine(name: string): boolean {
  return name === 'nats' || name === 'mongo' || name === 'temporal';
}

/** No page after the accept, unless its giver hands it back; none to a person for the round and layer that they rejected. */
function lateOf(sent: readonly Sent[], answers: readonly Answer[], outages: readonly Outage[]): string[] {
  const broken: string[] = [];
  for (const answer of answers) {
    const at = answer.storedAt.getTime();
    const ends = answer.said === 'accept' ? handedBackAt(answer, answers) : Number.POSITIVE_INFINITY;
    const isMeant = (one: Sent) => {
      if (one.kind !== 'page' || one.incidentId !== answer.incidentId) return false;
      if (answer.said === 'accept') return answer.decision?.outcome === 'yours';
      return answer.said === 'reject' && one.personId === answer.personId && one.round === answer.event.round;
    };
    const latest = at + LATE_MS;
    const isLate = (one: Sent) =>
      (one.attempt.startedAt.getTime() > latest || one.event.receivedAt > latest + ON_ITS_WAY_MS) &&
      !isExcused(one, outages);
    for (const late of sent.filter((one) => isMeant(one) && isLate(one) && one.attempt.startedAt.getTime() < ends)) {
      const afterMs = late.event.receivedAt - at;
      broken.push(
        `${late.notification} went out ${afterMs} ms after the ${answer.said} of ${answer.personId} was stored`,
      );
    }
  }
  return broken;
}

/** Where `incidents` is silent for too long, a page too many beats silence: it goes with generic words. */
function isExcused({ isGeneric, attempt }: Sent, outages: readonly Outage[]): boolean {
  const at = attempt.startedAt.getTime();
  return (
    isGeneric &&
    outages.some(
      ({ name, from, until }) => (name === 'incidents' || isEngine(name)) && from <= at && until + SILENCE_MS >= at,
    )
  );
}

/** Answers with the instant at which the store wrote them: the one that they carry is of before, and a store may be away meanwhile. */
async function storedAnswers({ db }: Watched): Promise<Answer[]> {
  const answers = await db.collection<Answer & { _id: string }>('answers').find().toArray();
  const written = await db.client
    .db('local')
    .collection<{ wall: Date; o: { _id: string } }>('oplog.rs')
    .find({ ns: `${db.databaseName}.answers`, op: 'i' })
    .toArray();
  const wall = new Map(written.map((entry) => [entry.o._id, entry.wall]));
  return answers.map((answer) => ({ ...answer, storedAt: wall.get(answer._id) ?? answer.storedAt }));
}

/** When whoever accepted said that it is not theirs after all: the next round begins, and its pages go out. */
function handedBackAt(accept: Answer, answers: readonly Answer[]): number {
  const handedBack = answers.find(
    ({ incidentId, personId, decision }) =>
      incidentId === accept.incidentId &&
      personId === accept.personId &&
      decision?.reason === 'handed-back' &&
      decision.round === accept.decision?.round,
  );
  return handedBack?.storedAt.getTime() ?? Number.POSITIVE_INFINITY;
}

/** Whatever a workflow met, it does the same when a worker that has just started lives its history again. */
async function stuckIn({ engines: { temporalAddress, namespace } }: Watched, code?: string): Promise<string[]> {
  const { connection, client } = await createTemporalClient(temporalAddress, namespace);
  try {
    return await stuckLives(client, code);
  } finally {
    await connection.close();
  }
}

/** Positions from 1 without gaps up to the head, ids once, opened once, closed at most once. */
async function brokenLogs({ db }: Watched): Promise<string[]> {
  const heads = await db.collection<{ _id: string; number: string; logHead: number }>('incidents').find().toArray();
  const entries = await db
    .collection<{ _id: string; incidentId: string; position: number; kind: string }>('incidentLog')
    .find()
    .sort({ incidentId: 1, position: 1 })
    .toArray();
  const logs = Map.groupBy(entries, (one) => one.incidentId);
  return heads.flatMap(({ _id, number, logHead }) => {
    const log = logs.get(_id) ?? [];
    const broken: string[] = [];
    if (log.some((entry, index) => entry.position !== index + 1)) broken.push(`the log of ${number} has a gap`);
    // Read after the heads, the log may have grown.
    if (log.length < logHead)
      broken.push(`the log of ${number} has ${log.length} entries and its head says ${logHead}`);
    for (const [kind, most] of Object.entries({ opened: 1, closed: 1 })) {
      const count = log.filter((entry) => entry.kind === kind).length;
      if (count > most || (kind === 'opened' && count === 0))
        broken.push(`the log of ${number} says ${kind} ${count} times`);
    }
    return broken;
  });
}
