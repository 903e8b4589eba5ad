import { foldKpis, type IncidentKpis, KPI_RULES, type KpiEntry, noKpis, QUARTER_MS } from '@tocsin/domain';
import type { Db } from 'mongodb';

export const ORGANISATION = 'bench';
export const YEAR_FROM: number = Date.parse('2025-01-01T00:00:00Z');
export const YEAR_UNTIL: number = Date.parse('2026-01-01T00:00:00Z');

const BATCH = 10_000;
const KINDS = 1_000;
const SEVERITIES = ['critical', 'high', 'medium', 'low', 'info'];

/** Whose history it is, and of when. */
export interface History {
  organisationId: string;
  from: number;
  until: number;
  people: readonly string[];
  teams: readonly string[];
}

const YEAR: History = {
  organisationId: ORGANISATION,
  from: YEAR_FROM,
  until: YEAR_UNTIL,
  people: Array.from({ length: 200 }, (_, index) => `person-${index}`),
  teams: Array.from({ length: 20 }, (_, index) => `team-${index}`),
};

/** Stores so many incidents as analytics has them, evenly over a year, from a thousand different stories. Read when analytics starts. */
export async function fillYear(db: Db, incidents: number, history: History = YEAR): Promise<void> {
  const { organisationId, from: begins, until: ends } = history;
  const collection = db.collection<{ _id: string }>('analyticsIncidents');
  const random = seeded(42);
  const stories = Array.from({ length: KINDS }, () => story(random, history));
  for (let from = 0; from < incidents; from += BATCH) {
    const docs = Array.from({ length: Math.min(BATCH, incidents - from) }, (_, offset) => {
      const index = from + offset;
      const openedAt = begins + Math.floor((index / incidents) * (ends - begins));
      const kpis = moved(stories[Math.floor(random() * KINDS)]!, openedAt, 0.5 + random());
      const _id = `bench-${String(index).padStart(9, '0')}`;
      return { _id, organisationId, rev: 1, rules: KPI_RULES, kpis, waiting: [], waitingSince: null };
    });
    await collection.insertMany(docs, { ordered: false, writeConcern: { w: 1, journal: false } });
  }
  // Nothing has to be made again.
  const made = { cursor: '', incidents: 0, startedAt: new Date(), finishedAt: new Date(), leaseUntil: new Date(0) };
  const rebuilds = db.collection<{ _id: string }>('analyticsRebuilds');
  await rebuilds.updateOne({ _id: 'rebuild' }, { $setOnInsert: made }, { upsert: true });
}

/** An incident of one to three layers: two people each, by SMS and voice; most are accepted and closed. */
function story(random: () => number, { people: everybody, teams }: History): IncidentKpis {
  const pick = <T>(some: readonly T[]): T => some[Math.floor(random() * some.length)]!;
  const entries: Omit<KpiEntry, 'position'>[] = [];
  let at = 0;
  const say = (kind: string, data: Record<string, unknown>) => entries.push({ kind, at, data });
  say('opened', { severity: pick(SEVERITIES), team: pick(teams), drill: random() < 0.02 });
  const layers = 1 + Math.floor(random() ** 2 * 3);
  let people: string[] = [];
  for (let layer = 1; layer <= layers; layer += 1) {
    people = [pick(everybody), pick(everybody)];
    say('layer-started', { escalation: 'response', layer, people });
    for (const person of new Set(people)) {
      for (const channel of ['sms', 'voice']) {
        const data = { notification: 'x/page', person, layer, channel, provider: pick(['main', 'second']) };
        at += Math.floor(random() * 1_000);
        say('notification', { ...data, receipt: 'queued' });
        at += Math.floor(random() * 5_000);
        if (random() < 0.9) say('notification', { ...data, receipt: 'delivered' });
      }
    }
    at += Math.floor(random() * 120_000);
    if (layer < layers) say('layer-ended', { escalation: 'response', layer, reason: 'time-is-up' });
  }
  if (random() < 0.95) {
    say('accepted', { escalation: 'response', person: people[0], layer: layers, channel: pick(['sms', 'voice']) });
    at += Math.floor(random() * 600_000);
    say('noted', { person: people[0] });
  }
  at += Math.floor(random() * 7_200_000);
  say('closed', { by: people[0] });
  return foldKpis(
    noKpis(),
    entries.map((entry, index) => ({ ...entry, position: index + 1 })),
  ).kpis;
}

/** The same story at another time, and told faster or slower. */
function moved(kpis: IncidentKpis, to: number, pace: number): IncidentKpis {
  const instant = (at: number | null) => (at === null ? null : to + Math.round(at * pace));
  return {
    ...kpis,
    openedAt: to,
    acknowledgedAt: instant(kpis.acknowledgedAt),
    respondedAt: instant(kpis.respondedAt),
    resolvedAt: instant(kpis.resolvedAt),
    deliveries: kpis.deliveries.map((one) => ({
      ...one,
      firstTakenAt: instant(one.firstTakenAt),
      firstDeliveredAt: instant(one.firstDeliveredAt),
    })),
    interruptions: kpis.interruptions.map((one) => ({ ...one, quarter: Math.floor(to / QUARTER_MS) + one.quarter })),
  };
}

/** Mulberry32: the same year each time. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
