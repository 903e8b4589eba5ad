import type { DryMoment, DryRun } from '../api/roster.ts';

type Page = Extract<DryMoment, { kind: 'page' }>;
type Skipped = Extract<DryMoment, { kind: 'skipped' }>;

/** One layer in one round: when it begins, whom it pages on which channels, and who is left out. */
export interface DryStep {
  key: string;
  layer: number;
  round: number;
  afterMs: number;
  catchAll: boolean;
  people: { personId: string; because: string; pages: Page[] }[];
  skipped: Skipped[];
  gaps: string[];
  /** Why it is passed over at once; null where it is not. */
  empty: string | null;
}

/** The timeline by its steps, in the order in which they begin. */
export function stepsOf({ timeline }: Pick<DryRun, 'timeline'>): DryStep[] {
  const steps = new Map<string, DryStep>();
  for (const moment of timeline) {
    const { round, layer, afterMs } = moment;
    const key = `${round}/${layer}`;
    const step = steps.get(key) ?? {
      ...{ key, layer, round, afterMs, catchAll: false },
      ...{ people: [], skipped: [], gaps: [], empty: null },
    };
    steps.set(key, step);
    take(step, moment);
  }
  return [...steps.values()].sort((a, b) => a.afterMs - b.afterMs);
}

function take(step: DryStep, moment: DryMoment): void {
  switch (moment.kind) {
    case 'layer':
      step.catchAll = moment.catchAll;
      break;
    case 'page': {
      const { personId, because } = moment;
      const known = step.people.find((one) => one.personId === personId);
      if (known) known.pages.push(moment);
      else step.people.push({ personId, because, pages: [moment] });
      break;
    }
    case 'skipped':
      step.skipped.push(moment);
      break;
    case 'gap':
      step.gaps.push(moment.target);
      break;
    case 'empty':
      step.empty = moment.reason;
      break;
    default:
      moment satisfies never;
  }
}

/** The messages of one person by the contact method that they go to, in the order of their first. */
export function byContactMethod(pages: readonly Page[]): [Page, ...Page[]][] {
  const groups = new Map<string, [Page, ...Page[]]>();
  for (const page of pages) {
    const group = groups.get(page.contactMethodId);
    if (group) group.push(page);
    else groups.set(page.contactMethodId, [page]);
  }
  return [...groups.values()];
}
