import { crashPoint, resumeSpan } from '@tocsin/platform';
import { isOfIncident } from './key.ts';
import type { Kit } from './kit.ts';
import { type Attempt, isTaken, type LedgerRow } from './ledger/row.ts';
import { type ReceiptState, receiptCame } from './ledger/transitions.ts';
import { notifierMetrics } from './metrics.ts';
import { stopRinging } from './stop-ringing.ts';
import { hashToken } from './tokens.ts';

/** What a provider says of an attempt, in our words. */
export interface ReceiptNews {
  providerId: string;
  receipt: ReceiptState;
  /** Nothing rings for it any more. */
  ended: boolean;
  /** Catalogued phrase where it failed, or nobody took it. */
  reason: string;
}

/**
 * Takes a provider's receipt. It also settles an attempt whose own request was cut off. Late or second ones change nothing. One
 * that says that nobody has it any more opens the notification again: whoever asks for it then goes on with the next provider.
 */
export async function takeReceipt(kit: Kit, token: string, news: ReceiptNews): Promise<void> {
  const tokenHash = hashToken(token);
  const row = await kit.ledger.findByToken(tokenHash);
  const attempt = row?.attempts.find((one) => one.tokenHash === tokenHash);
  if (!row || !attempt) {
    kit.log.warn({ receipt: news.receipt }, 'receipt for nothing we sent');
    return;
  }
  const { channel, telemetry } = kit;
  const { receipt } = news;
  telemetry.metrics.counter(notifierMetrics.receipts)({ channel, provider: attempt.provider, receipt });
  const attributes = { 'tocsin.channel': channel, 'tocsin.provider': attempt.provider, 'tocsin.receipt': receipt };
  const spec = { scope: telemetry.service, name: 'take receipt', kind: 'consumer', attributes } as const;
  await resumeSpan(row.trace, spec, () => settle(kit, row, attempt, news));
}

async function settle(kit: Kit, row: LedgerRow, attempt: Attempt, news: ReceiptNews): Promise<void> {
  const { providerId, receipt, ended, reason } = news;
  const { provider, possibleRepeat, n } = attempt;
  const transition = receiptCame(n, providerId, receipt, { ended, reason });
  const next = transition(row);
  const told = { key: row.key, attempt: n, provider, providerId, possibleRepeat, reason };
  let after = row;
  if (receipt === 'failed' || receipt === 'refused') {
    // Nobody may hear that it is to be asked for again before the row allows it, nor the row allow it and nobody hear.
    const fact = (before: LedgerRow, now: LedgerRow) =>
      kit.facts.progressedRow({ ...told, receipt: 'failed', lost: isTaken(before) && !isTaken(now) });
    const change = isOfIncident(row.key)
      ? await kit.ledger.changeAndTell(row, transition, fact)
      : await kit.ledger.change(row, transition);
    after = change.row;
    if (change.changed) {
      await crashPoint(`notifier-${kit.channel}.receipt-stored`);
      kit.facts.nudge();
      kit.log.warn({ notification: row._id, provider, attempt: n, reason }, 'notification not delivered');
    }
  } else if (next) {
    const isNews = next.state !== row.state || attempt.outcome !== 'taken';
    if (isNews) await kit.facts.progressed({ ...told, receipt });
    after = (await kit.ledger.change(row, transition)).row;
  }
  // It rings although it was withdrawn: whoever sent it is gone, or was told too late.
  if (after.withdrawnAt !== null && !ended) stopRinging(kit, after);
}
