import { crashPoint, createLoop, type Logger, type Metrics, newId, type Post, sleep } from '@tocsin/platform';
import { webhooksMetrics } from '../metrics.ts';
import { type Collections, type DeliveryRow, DUE, DUE_AT_ALL, type WebhookRow } from '../store/collections.ts';
import { signingSecrets, type Vault } from '../store/sealed.ts';
import { sendMessage } from './send-message.ts';
import { type SettleDeps, settle } from './settle.ts';

export interface SenderDeps extends SettleDeps {
  collections: Collections;
  vault: Vault;
  post: Post;
  log: Logger;
  metrics: Metrics;
}

export interface Sender {
  /** Something may be due. */
  nudge(): void;
  /** Begins nothing more; gives what is under way 5 s, and cuts off what is left, which comes again. */
  stop(): Promise<void>;
}

const DRAIN_MS = 5_000;

/** A webhook's share of this replica. */
interface Lane {
  pumping: boolean;
  running: number;
  nextStartAt: number;
}

/**
 * Sends what is due, each webhook by itself: its attempts, their number and their pace are its own, so that one slow receiver
 * delays nobody else's messages. Replicas share the work message by message, each under a lease.
 */
export function createSender(deps: SenderDeps): Sender {
  const { collections, vault, post, log, settings, metrics } = deps;
  const attempted = metrics.duration(webhooksMetrics.attempts);
  const { webhooks, deliveries } = collections;
  const lanes = new Map<string, Lane>();
  const underWay = new Set<Promise<void>>();
  const stopping = new AbortController();
  const cut = new AbortController();

  const looking = createLoop('deliver', settings.lookEveryMs, look, log);

  /** While nothing is due, however many webhooks there are, it costs one look. */
  async function look(): Promise<void> {
    const due = { state: 'pending' as const, dueAt: { $lte: new Date() } };
    if (!(await deliveries.findOne(due, { hint: DUE_AT_ALL, projection: { _id: 1 } }))) return;
    const ids = await webhooks.find(sendable(), { projection: { _id: 1 } }).toArray();
    const known = new Set(ids.map(({ _id }) => _id));
    for (const [id, { running, pumping }] of lanes) if (!known.has(id) && running === 0 && !pumping) lanes.delete(id);
    for (const id of known) pump(id);
  }

  function pump(webhookId: string): void {
    const lane = lanes.get(webhookId) ?? { pumping: false, running: 0, nextStartAt: 0 };
    lanes.set(webhookId, lane);
    if (lane.pumping || stopping.signal.aborted) return;
    lane.pumping = true;
    const pumped = fill(webhookId, lane)
      .catch((err: unknown) => void (stopping.signal.aborted || log.warn({ err, webhookId }, 'messages wait')))
      .finally(() => {
        lane.pumping = false;
      });
    track(pumped);
  }

  /** Begins attempts until the lane is full or nothing is due. */
  async function fill(webhookId: string, lane: Lane): Promise<void> {
    while (lane.running < settings.concurrency) {
      await sleep(Math.max(0, lane.nextStartAt - Date.now()), stopping.signal);
      const webhook = await webhooks.findOne({ _id: webhookId, ...sendable() });
      const row = webhook && (await claim(webhook));
      if (!row) return;
      lane.nextStartAt = Date.now() + 1_000 / settings.perSecond;
      lane.running += 1;
      const attempting = attempt(webhook, row)
        .catch((err: unknown) => log.warn({ err, webhookId }, 'an attempt is not settled, it comes again'))
        .finally(() => {
          lane.running -= 1;
          pump(webhookId);
        });
      track(attempting);
    }
  }

  /** The next that is due, under a lease. */
  function claim({ _id: webhookId, generation }: WebhookRow): Promise<DeliveryRow | null> {
    const now = Date.now();
    return deliveries.findOneAndUpdate(
      { webhookId, generation, state: 'pending', dueAt: { $lte: new Date(now) } },
      { $set: { lease: newId(), dueAt: new Date(now + settings.leaseMs) } },
      { sort: { dueAt: 1 }, hint: DUE, returnDocument: 'after' },
    );
  }

  async function attempt(webhook: WebhookRow, row: DeliveryRow): Promise<void> {
    await crashPoint('webhooks.sending');
    const target = vault.open(webhook);
    const result = await sendMessage(post, {
      url: target.url,
      secrets: signingSecrets(target, webhook.oldSecretUntil, Date.now()),
      message: { id: row.messageId, body: row.body },
      timeoutMs: settings.timeoutMs,
      cut: cut.signal,
    });
    await crashPoint('webhooks.sent');
    const { status, reason, latencyMs } = result;
    attempted({ outcome: reason }, latencyMs / 1_000);
    await settle(deps, webhook, row, result);
    log.info({ webhookId: webhook._id, messageId: row.messageId, status, reason, latencyMs }, 'message attempted');
  }

  function track(work: Promise<void>): void {
    underWay.add(work);
    void work.finally(() => underWay.delete(work));
  }

  return {
    nudge: looking.nudge,
    async stop() {
      stopping.abort();
      await looking.stop();
      const timer = setTimeout(() => cut.abort(), DRAIN_MS);
      while (underWay.size > 0) await Promise.allSettled(underWay);
      clearTimeout(timer);
    },
  };
}

/** Webhooks that may be sent to now. */
function sendable() {
  return { enabled: true, $or: [{ pausedUntil: null }, { pausedUntil: { $lte: new Date() } }] };
}
