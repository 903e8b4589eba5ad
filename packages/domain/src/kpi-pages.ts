import type { IncidentKpis, NewestPage, PageOutcome } from './kpi-types.ts';

/**
 * A layer summons its people: a page each. What they still had open is over. Where a lost workflow was made again the same layer
 * begins twice, and its pages are the ones that they were.
 */
export function openPages(
  kpis: IncidentKpis,
  { escalation, round, layer }: { escalation: string; round: number; layer: number | null },
  people: string[],
): void {
  if (layer === null) return;
  const same = (page: NewestPage) => page.escalation === escalation && page.round === round && page.layer === layer;
  for (const page of kpis.newest) {
    if (page.escalation === escalation && page.outcome === 'open' && !same(page)) move(kpis, page, 'overtaken', '');
  }
  for (const person of people) {
    if (kpis.newest.some((one) => one.person === person && same(one))) continue;
    const page: NewestPage = { escalation, person, round, layer, outcome: 'open', channel: '' };
    kpis.newest = kpis.newest.filter((one) => one.escalation !== escalation || one.person !== person);
    kpis.newest.push(page);
    count(kpis, page, 1);
  }
}

/** All that is open in an escalation ends without an answer. */
export function endPages(kpis: IncidentKpis, escalation: string, outcome: 'unanswered' | 'overtaken'): void {
  for (const page of kpis.newest) {
    if (page.escalation === escalation && page.outcome === 'open') move(kpis, page, outcome, '');
  }
}

/** What a person said, or that they could not be reached. It is for their newest page; who was never paged has none. */
export function settlePage(
  kpis: IncidentKpis,
  said: { escalation: string; person: string; outcome: PageOutcome; channel: string },
): void {
  const page = kpis.newest.find((one) => one.escalation === said.escalation && one.person === said.person);
  if (page && page.outcome !== 'accepted') move(kpis, page, said.outcome, said.channel);
}

function move(kpis: IncidentKpis, page: NewestPage, outcome: PageOutcome, channel: string): void {
  count(kpis, page, -1);
  page.outcome = outcome;
  page.channel = channel;
  count(kpis, page, 1);
}

function count(kpis: IncidentKpis, { layer, outcome, channel }: NewestPage, by: 1 | -1): void {
  const known = kpis.pages.find((one) => one.layer === layer && one.outcome === outcome && one.channel === channel);
  if (!known) kpis.pages.push({ layer, outcome, channel, n: by });
  else known.n += by;
  kpis.pages = kpis.pages.filter((one) => one.n > 0);
}
