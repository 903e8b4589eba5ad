import type { Kit } from './kit.ts';
import { type ReceiptState, receiptCame } from './ledger/transitions.ts';
import { stopRinging } from './stop-ringing.ts';
import { hashToken } from './tokens.ts';

/** What a provider says of an attempt, in our words. */
export interface ReceiptNews {
  providerId: string;
  receipt: ReceiptState;
  /** Nothing rings for it any more. */
  ended: boolean;
  /** Catalogued phrase where it failed. */
  reason: string;
}

/** Takes a provider's receipt. It also settles an attempt whose own request was cut off. Late or second ones change nothing. */
export async function takeReceipt(kit: Kit, token: string, news: ReceiptNews): Promise<void> {
  const tokenHash = hashToken(token);
  const row = await kit.ledger.findByToken(tokenHash);
  const attempt = row?.attempts.find((one) => one.tokenHash === tokenHash);
  if (!row || !attempt) {
    kit.log.warn({ receipt: news.receipt }, 'receipt for nothing we sent');
    return;
  }
  const { providerId, receipt, ended, reason } = news;
  const transition = receiptCame(attempt.n, providerId, receipt, { ended, reason });
  const next = transition(row);
  if (next && (next.state !== row.state || attempt.outcome !== 'taken')) {
    const { provider, possibleRepeat, n } = attempt;
    await kit.facts.progressed({ key: row.key, attempt: n, receipt, provider, providerId, possibleRepeat, reason });
  }
  const { row: after } = next ? await kit.ledger.change(row, transition) : { row };
  // It rings although it was withdrawn: whoever sent it is gone, or was told too late.
  if (after.withdrawnAt !== null && !ended) stopRinging(kit, after);
}
