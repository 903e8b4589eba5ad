import type { Client, Logger } from '@tocsin/platform';
import type { Alerts } from '@tocsin/proto/alert/v1';
import { type FoldAlert, memberKey } from '../core/fold.ts';
import type { Collections } from '../store/collections.ts';

/** Words are worth waiting for this long; an incident without them is made all the same, and asks again when it pages. */
const WITHIN_MS = 500;
/** As many as ingestion answers for at once. */
const ASKED_AT_ONCE = 500;
/** Of so few the words are asked for at once, wanted or not: finding out which are would take as long. */
const FEW = 20;

export interface TitlesDeps {
  collections: Collections;
  alerts: Client<typeof Alerts>;
  log: Logger;
}

/** Asks for the titles of alerts: of a storm's repeats, which change no incident's title, it does not. */
export function createTitles({ collections, alerts, log }: TitlesDeps) {
  return async (facts: FoldAlert[]): Promise<Map<string, string>> => {
    const titles = new Map<string, string>();
    const ids = facts.length > FEW ? await wanted(collections, facts) : facts.map((fact) => fact.alertId);
    try {
      for (let from = 0; from < ids.length; from += ASKED_AT_ONCE) {
        const alertIds = ids.slice(from, from + ASKED_AT_ONCE);
        const { texts } = await alerts.describe({ alertIds }, { timeoutMs: WITHIN_MS });
        for (const { alertId, title } of texts) titles.set(alertId, title);
      }
    } catch (err) {
      log.warn({ err, alerts: ids.length }, 'words not to be had now');
    }
    return titles;
  };
}

/** The first of each member and severity that may open an incident, join one or raise it: a resolve does none of these. */
async function wanted({ members }: Collections, facts: FoldAlert[]): Promise<string[]> {
  const keys = [...new Set(facts.map(memberKey))];
  const known = await members
    .find({ _id: { $in: keys }, incidentId: { $ne: null } }, { projection: { severity: 1 } })
    .toArray();
  const same = new Set(known.map(({ _id, severity }) => `${_id}|${severity}`));
  const first = new Map<string, string>();
  for (const fact of facts) {
    if (fact.action !== 'trigger' && fact.action !== 'update') continue;
    const key = `${memberKey(fact)}|${fact.severity}`;
    if (!same.has(key) && !first.has(key)) first.set(key, fact.alertId);
  }
  return [...first.values()];
}
