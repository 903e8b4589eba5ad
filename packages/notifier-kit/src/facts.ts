import { createBatch, type FactRow, factRow, facts, insertEach, timestamp } from '@tocsin/platform';
import { AnswerKind, Receipt } from '@tocsin/proto/page/v1';
import type { Collection } from 'mongodb';
import { type ChannelName, protoChannel } from './channel.ts';
import { isOfIncident, type OwnedKey, protoKey } from './key.ts';

export type ReceiptName = 'queued' | 'sent' | 'unanswered' | 'delivered' | 'read' | 'failed' | 'unknown';
export type AnswerName = 'accept' | 'reject' | 'resolve' | 'escalate';

const RECEIPTS: Record<ReceiptName, Receipt> = {
  queued: Receipt.QUEUED,
  sent: Receipt.SENT,
  /** It did not come to a person; `reason` says why, and nothing is lost. */
  unanswered: Receipt.FAILED,
  delivered: Receipt.DELIVERED,
  read: Receipt.READ,
  failed: Receipt.FAILED,
  unknown: Receipt.UNKNOWN,
};
export const ANSWERS: Record<AnswerName, AnswerKind> = {
  accept: AnswerKind.ACCEPT,
  reject: AnswerKind.REJECT,
  resolve: AnswerKind.RESOLVE,
  escalate: AnswerKind.ESCALATE,
};

/** What is known of a notification moved forward. */
export interface Progress {
  key: OwnedKey;
  attempt: number;
  receipt: ReceiptName;
  provider: string;
  providerId: string;
  possibleRepeat: boolean;
  reason: string;
  /** A provider had it, and nobody has it any more. */
  lost?: boolean;
}

/** What a channel tells. Each fact has an id made from what it says, so that telling it again is not telling it twice. */
export interface Facts {
  progressed(of: Progress): Promise<void>;
  /** The same as a row, for whoever stores it together with something else, and then nudges. */
  progressedRow(of: Progress): FactRow;
  nudge(): void;
  answered(of: { id: string; key: OwnedKey; answer: AnswerName; at: Date }): Promise<void>;
}

export function createFacts(collection: Collection<FactRow>, channel: ChannelName, nudge: () => void): Facts {
  // A row that is there already says the same.
  const store = createBatch((rows: FactRow[]) => insertEach(collection, rows));
  const keep = async (row: FactRow) => {
    await store(row);
    nudge();
  };
  const progressedRow = ({ key, attempt, receipt, ...rest }: Progress) => {
    const id = `${channel}/${key.id}/${attempt}/${receipt}`;
    const message = {
      factId: id,
      key: protoKey(key),
      channel: protoChannel(channel),
      receipt: RECEIPTS[receipt],
      at: timestamp(Date.now()),
      attempt,
      ...rest,
    };
    return factRow(facts.pageProgressed, message, { id });
  };
  return {
    async progressed(of) {
      if (isOfIncident(of.key)) await keep(progressedRow(of));
    },
    progressedRow,
    nudge,
    answered({ id, key, answer, at }) {
      const message = {
        factId: id,
        key: protoKey(key),
        channel: protoChannel(channel),
        answer: ANSWERS[answer],
        at: timestamp(at.getTime()),
      };
      return keep(factRow(facts.pageAnswered, message, { id }));
    },
  };
}
