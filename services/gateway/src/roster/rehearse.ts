import {
  catchAllLayer,
  type DryMoment,
  type DryRun,
  dryRun,
  type Policy,
  type ResolvedLayer,
  type Severity,
  type Target,
} from '@tocsin/domain';
import { createClient, InvalidInput, type NatsConnection, services, timestamp } from '@tocsin/platform';
import { TargetKind } from '@tocsin/proto/roster/v1';
import { inOurWords } from './in-our-words.ts';
import { resolvedLayerFrom } from './resolved-layer.ts';

/** Who a layer would be at an instant. */
export type AskWho = (targets: readonly Target[], at: number) => Promise<ResolvedLayer>;

export interface Rehearsal extends Pick<DryRun, 'endsAt' | 'truncated'> {
  timeline: DryMoment[];
}

const NOBODY: ResolvedLayer = { people: [], gaps: [] };
/** Each pass is right up to the first layer whose people it had to guess, so that each is right for longer than the one before. */
const MOST_PASSES = 8;
/** Of one pass through all layers. The rules carry all of them in their state, and nobody else is served while they are run. */
const MOST_MESSAGES = 1_000;
const ASKED_TOGETHER = 50;
const KINDS = { person: TargetKind.PERSON, schedule: TargetKind.SCHEDULE, team: TargetKind.TEAM };

/**
 * What a policy would do from an instant on, with the people whom the roster names at the instant at which each layer would begin.
 * The rules are pure and cannot ask; so they are run with a guess, what was guessed is asked for, and they are run again.
 * Throws `InvalidInput` for a policy that would page too many people to follow.
 */
export async function rehearse(policy: Policy, at: number, severity: Severity, ask: AskWho): Promise<Rehearsal> {
  const known = new Map<string, ResolvedLayer>();
  const beginning = new Map<number, ResolvedLayer>();
  const last = catchAllLayer(policy);
  const targetsOf = (layer: number) => (layer === last ? policy.catchAll : policy.layers[layer - 1]!.targets);
  const look = async ({ layer, at: when }: Moment) => {
    const then = await ask(targetsOf(layer), when);
    known.set(nameOf(layer, when), then);
    return then;
  };
  await inSteps(range(last), async (layer) => {
    beginning.set(layer, await look({ layer, at }));
  });
  requireSmall([...beginning.values()]);

  for (let pass = 1; ; pass += 1) {
    const guessed = new Map<string, Moment>();
    const who = (layer: number, when: number) => {
      const then = known.get(nameOf(layer, when));
      if (!then) guessed.set(nameOf(layer, when), { layer, at: when });
      return then ?? beginning.get(layer) ?? NOBODY;
    };
    const run = dryRun(policy, who, at, severity);
    const [first] = [...guessed.values()].sort((a, b) => a.at - b.at);
    if (!first) return rehearsalOf(run);
    if (pass === MOST_PASSES) {
      return rehearsalOf(dryRun(policy, who, at, severity, { horizonMs: first.at - at - 1 }));
    }
    await inSteps([...guessed.values()], look);
  }
}

/** Asks the roster. */
export function askRoster(nc: NatsConnection, organisationId: string): AskWho {
  const roster = createClient(nc, services.roster);
  return async (targets, at) => {
    const wanted = targets.map(({ kind, id }) => ({ kind: KINDS[kind], id }));
    return resolvedLayerFrom(
      await inOurWords(() => roster.resolve({ organisationId, targets: wanted, at: timestamp(at) })),
    );
  };
}

interface Moment {
  layer: number;
  at: number;
}

function rehearsalOf({ timeline, endsAt, truncated }: DryRun): Rehearsal {
  return { timeline, endsAt, truncated };
}

function requireSmall(layers: ResolvedLayer[]): void {
  const rules = layers.flatMap(({ people }) => people).flatMap(({ high, low }) => [...high, ...low]);
  const messages = rules.reduce((sum, { repeats }) => sum + 1 + repeats, 0);
  if (messages <= MOST_MESSAGES) return;
  throw new InvalidInput(
    `its people have ${messages} messages in their notification rules: a dry run follows up to ${MOST_MESSAGES}`,
    { code: 'dry-run-too-large', field: 'policy' },
  );
}

function nameOf(layer: number, at: number): string {
  return `${layer}/${at}`;
}

function range(last: number): number[] {
  return Array.from({ length: last }, (_, at) => at + 1);
}

async function inSteps<T>(all: readonly T[], work: (one: T) => Promise<unknown>): Promise<void> {
  for (let from = 0; from < all.length; from += ASKED_TOGETHER) {
    await Promise.all(all.slice(from, from + ASKED_TOGETHER).map(work));
  }
}
