/** One entry of the incident's log, its data parsed. */
export interface LogLine {
  kind: string;
  at: number;
  data: Record<string, unknown>;
}

/** A message or a call that the carrier was asked for and took. */
export interface CarrierLine {
  at: number;
  channel: 'sms' | 'voice';
  to: string;
}

/** The numbers of contact methods, by `<person>/<contact method>`. */
export type Numbers = ReadonlyMap<string, string>;

interface Planned {
  id: string;
  at: number;
  channel: string;
  to: string;
  kind: string;
}

/** No provider request starts later than this after the accept was stored. */
const PAGE_AFTER_ACCEPT_MS = 250;
/** Entries after which a planned page may stay unsent. */
const ENDS_PAGES = new Set(['accepted', 'rejected', 'closed']);

/**
 * Holds the record of what we decided against the record of what the carrier was asked for. Each must account for the other.
 * Returns sentences about what does not agree; none: they do.
 */
export function disagreements(log: readonly LogLine[], carrier: readonly CarrierLine[], numbers: Numbers): string[] {
  const unmatched = plannedIn(log, numbers);
  const found: string[] = [];
  const accepted = log.find((entry) => entry.kind === 'accepted');
  for (const line of carrier) {
    const fits = (one: Planned) => one.channel === line.channel && one.to === line.to && one.at <= line.at;
    // After the answer, news is what is expected; a page is looked for only where no news accounts for it.
    const isLate = accepted !== undefined && line.at > accepted.at + PAGE_AFTER_ACCEPT_MS;
    const news = isLate ? unmatched.findIndex((one) => fits(one) && one.kind !== 'page') : -1;
    const match = news >= 0 ? news : unmatched.findIndex(fits);
    const planned = unmatched[match];
    if (!planned) {
      found.push(`the carrier was asked for ${line.channel} to ${line.to}, which the incident's log does not hold`);
      continue;
    }
    unmatched.splice(match, 1);
    if (planned.kind === 'page' && accepted && isLate) {
      found.push(`${line.channel} to ${line.to} paged somebody ${line.at - accepted.at} ms after the accept`);
    }
  }
  const sent = new Set(log.filter((entry) => entry.kind === 'notification').map((entry) => entry.data.notification));
  for (const planned of unmatched) {
    // An answer that came first kept it from going out: nothing says that it did.
    if (planned.kind === 'page' && log.some((entry) => ENDS_PAGES.has(entry.kind)) && !sent.has(planned.id)) continue;
    found.push(`the incident's log holds ${planned.channel} to ${planned.to}, which the carrier was never asked for`);
  }
  return found;
}

/** Notifications in the log, those last that ended as refused left out: the carrier never took them. */
function plannedIn(log: readonly LogLine[], numbers: Numbers): Planned[] {
  const refused = new Set(
    log.filter((entry) => entry.kind === 'notification-refused').map((entry) => entry.data.notification),
  );
  return (
    log
      .filter((entry) => entry.kind === 'page-planned' || entry.kind === 'news-planned')
      // What goes another way is not the carrier's to account for.
      .filter((entry) => entry.data.channel === 'sms' || entry.data.channel === 'voice')
      .flatMap((entry) => {
        const { channel, kind, notifications } = entry.data as {
          channel: string;
          kind: string;
          notifications: string[];
        };
        return notifications
          .filter((id) => !refused.has(id))
          .map((id) => ({
            id,
            at: entry.at,
            channel,
            kind,
            to: numbers.get(contactMethodOf(id)) ?? 'an unknown number',
          }));
      })
  );
}

/** A notification's id is `incident/escalation/round/layer/person/contact method/repeat/kind`. */
function contactMethodOf(notificationId: string): string {
  return notificationId.split('/').slice(4, 6).join('/');
}
