import type { Severity } from '@tocsin/domain';

/** An alert as intake sees it: references, a severity, and two clocks. Instants are milliseconds since the epoch. */
export interface FoldAlert {
  /** `<envelope>-<index>`. */
  alertId: string;
  organisationId: string;
  integrationId: string;
  action: 'trigger' | 'acknowledge' | 'resolve' | 'update';
  dedupKey: string;
  groupKey: string;
  severity: Severity;
  /** Our clock, when its envelope was stored. */
  receivedAt: number;
  /** The source's clock; null where it gave none. */
  sourceAt: number | null;
  drill: boolean;
  teamHint: string;
  title: string;
}

type Keyed = Pick<FoldAlert, 'organisationId' | 'integrationId' | 'dedupKey' | 'groupKey' | 'drill'>;

/** Names the one thing that fires. Drills keep to themselves: what is real never becomes part of a drill. */
export function memberKey({ integrationId, drill, dedupKey }: Omit<Keyed, 'organisationId' | 'groupKey'>): string {
  return `${integrationId}|${kindOf(drill)}|${dedupKey}`;
}

/** Names what gathers members into one incident. */
export function claimKey({ organisationId, integrationId, drill, groupKey }: Omit<Keyed, 'dedupKey'>): string {
  return `${organisationId}|${integrationId}|${kindOf(drill)}|${groupKey}`;
}

function kindOf(drill: boolean): string {
  return drill ? 'drill' : 'real';
}
