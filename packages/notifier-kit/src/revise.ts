import { createBackoff, type Delivery, NotFound, sleep } from '@tocsin/platform';
import type { Logged } from '@tocsin/proto/incident/v1';
import type { Decision } from './answers/answer-store.ts';
import { forgetLater } from './forget.ts';
import type { Kit } from './kit.ts';
import type { LedgerRow } from './ledger/row.ts';
import { revisionDrawn, revisionWanted } from './ledger/transitions.ts';
import { toNotification } from './notification.ts';
import { AddressGone, ProviderError } from './provider.ts';
import { type Reached, reach } from './reach.ts';
import { type RevisionOrder, revisionFrom } from './revision-from.ts';
import { shownAfter } from './shown-after.ts';

const ROSTER_TIMEOUT_MS = 2_000;
/** Requests to change messages at once; pages have connections and limits of their own. */
const AT_ONCE = 10;
/** After so many tries, about ten minutes, the message stays as it is. Its buttons still answer truly. */
const TRIES = 15;
const TRIES_AT_ONCE = 4;

/**
 * Makes messages say what became of their incidents, as its log tells it. What is wanted is noted in the row before the message is
 * changed, so that a replica that dies over it leaves it to another, and the newest wins whoever is slower.
 */
export async function reviseFrom(kit: Kit, batch: readonly Delivery<Logged>[]): Promise<void> {
  const tasks = batch.flatMap((delivery) => {
    const order = revisionFrom(delivery.message);
    return order ? [{ delivery, order }] : [];
  });
  // In the order of the log: what is noted last is what each message is changed to, once.
  const touched = new Map<string, { row: LedgerRow; because: Set<Delivery<Logged>> }>();
  for (const { delivery, order } of tasks) {
    for (const row of await note(kit, order)) {
      const because = touched.get(row._id)?.because ?? new Set();
      touched.set(row._id, { row, because: because.add(delivery) });
    }
  }
  const waiting = [...touched.values()].values();
  const worker = async () => {
    for (const { row, because } of waiting) {
      const failure = await draw(kit, row).catch((error: unknown) => error ?? new Error('unknown'));
      if (failure !== undefined) for (const delivery of because) putOff(kit, delivery, row, failure);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}

/** A page that was answered while it was on its way to the provider. */
export function reviseLater(kit: Kit, row: LedgerRow): void {
  kit.background.run('revise', async () => {
    const backoff = createBackoff({ baseMs: 500, maxMs: 5_000 });
    for (let tries = 1; ; tries += 1) {
      try {
        return await draw(kit, row);
      } catch (error) {
        if (tries === TRIES_AT_ONCE) throw error;
        await sleep(Math.max(backoff.next(), retryAfter(error)));
      }
    }
  });
}

/** The message at which an answer was given says what was decided. The log says the same a moment later, and more. */
export async function showDecision(kit: Kit, row: LedgerRow, decision: Decision | null): Promise<void> {
  const { row: after } = await kit.ledger.change(
    row,
    revisionWanted({ position: 0, ...shownAfter(decision, row.key) }),
  );
  await draw(kit, after);
}

/** Notes what an order wants in every row that it is about; those of them whose messages do not say it yet. */
async function note(kit: Kit, { position, state, personId, of, throughRound }: RevisionOrder): Promise<LedgerRow[]> {
  const rows = (await kit.ledger.pagesOf(of)).filter(
    (row) => row.key.round <= throughRound && row.attempts.some((one) => kit.pool.byId(one.provider)?.revise),
  );
  const noted = await Promise.all(
    rows.map((row) => kit.ledger.change(row, revisionWanted({ position, state, personId }))),
  );
  return noted.map((one) => one.row).filter((row) => row.revision && !row.revision.drawn);
}

/** Changes a row's messages to what is wanted of them, and again where that is something newer by then. */
async function draw(kit: Kit, from: LedgerRow): Promise<void> {
  let row = from;
  for (;;) {
    const { revision: wanted } = row;
    if (!wanted || wanted.drawn) return;
    const messages = messagesOf(kit, row);
    // Nobody took it yet: whoever hears that it was taken goes on here.
    if (messages.length === 0) return;
    const byAddress = messages.some(({ provider }) => provider.revisesByAddress);
    const reached = await reachedFor(kit, row, wanted.personId, byAddress);
    const name = reached.nameOf(wanted.personId);
    for (const { attempt, provider, providerId } of messages) {
      // Whom it went to is gone, and the message with them.
      if (provider.revisesByAddress && reached.address === '') continue;
      const notification = toNotification(row, attempt, reached, '', row.usefulUntil.getTime());
      const page = { notification, revision: { state: wanted.state, name } };
      try {
        await provider.revise!(providerId, page, { signal: AbortSignal.timeout(kit.providerTimeoutMs) });
      } catch (error) {
        if (!(error instanceof ProviderError) || mayWorkLater(error)) throw error;
        if (error instanceof AddressGone) forgetLater(kit, row.key, reached.address);
        const { reason } = error;
        kit.log.warn({ notification: row._id, provider: provider.id, reason }, 'message cannot be changed any more');
      }
    }
    row = (await kit.ledger.change(row, revisionDrawn(wanted))).row;
  }
}

function messagesOf(kit: Kit, { attempts }: LedgerRow) {
  return attempts.flatMap((attempt) => {
    const provider = kit.pool.byId(attempt.provider);
    const { outcome, providerId } = attempt;
    if (!provider?.revise || outcome !== 'taken' || providerId === undefined) return [];
    return [{ attempt, provider, providerId }];
  });
}

/** What a change of messages needs of the roster: the name that they are to say, and the address where they are sent anew. */
async function reachedFor(kit: Kit, row: LedgerRow, personId: string, byAddress: boolean): Promise<Reached> {
  const nobody: Reached = { address: '', nameOf: () => '' };
  if (personId === '' && !byAddress) return nobody;
  try {
    const reached = await reach(kit.roster, row.key, personId, ROSTER_TIMEOUT_MS);
    return byAddress ? reached : { ...reached, address: '' };
  } catch (error) {
    if (error instanceof NotFound) return nobody;
    throw error;
  }
}

function putOff(kit: Kit, delivery: Delivery<Logged>, row: LedgerRow, err: unknown): void {
  const fields = { err, notification: row._id, tries: delivery.deliveries };
  if (delivery.deliveries >= TRIES) return void kit.log.error(fields, 'message not changed, given up');
  kit.log.warn(fields, 'message not changed yet');
  delivery.retry(Math.max(retryAfter(err), Math.min(60_000, 500 * 2 ** delivery.deliveries)));
}

function mayWorkLater({ kind }: ProviderError): boolean {
  return kind === 'temporary' || kind === 'rate-limited' || kind === 'unknown';
}

function retryAfter(error: unknown): number {
  return (error instanceof ProviderError && error.retryAfterMs) || 0;
}
