import type { NotificationKey } from '@tocsin/domain';
import { type FactRow, factRow, facts, timestamp } from '@tocsin/platform';
import { AnswerKind, Receipt } from '@tocsin/proto/page/v1';
import { type Collection, MongoBulkWriteError } from 'mongodb';
import { type ChannelName, protoChannel } from './channel.ts';
import { protoKey } from './key.ts';

export type ReceiptName = 'queued' | 'sent' | 'delivered' | 'read' | 'failed' | 'unknown';
export type AnswerName = 'accept' | 'reject' | 'resolve' | 'escalate';

const RECEIPTS: Record<ReceiptName, Receipt> = {
  queued: Receipt.QUEUED,
  sent: Receipt.SENT,
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

/** What a channel tells. Each fact has an id made from what it says, so that telling it again is not telling it twice. */
export interface Facts {
  progressed(of: {
    key: NotificationKey;
    attempt: number;
    receipt: ReceiptName;
    provider: string;
    providerId: string;
    possibleRepeat: boolean;
    reason: string;
  }): Promise<void>;
  answered(of: { id: string; key: NotificationKey; answer: AnswerName; at: Date }): Promise<void>;
}

export function createFacts(collection: Collection<FactRow>, channel: ChannelName, nudge: () => void): Facts {
  const store = createBatchedInsert(collection);
  const keep = async (row: FactRow) => {
    await store(row);
    nudge();
  };
  return {
    progressed({ key, attempt, receipt, ...rest }) {
      const id = `${channel}/${key.id}/${attempt}/${receipt}`;
      const message = {
        factId: id,
        key: protoKey(key),
        channel: protoChannel(channel),
        receipt: RECEIPTS[receipt],
        at: timestamp(Date.now()),
        ...rest,
      };
      return keep(factRow(facts.pageProgressed, message, { id }));
    },
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

/** Inserts what is asked for while a write is under way with the next one: a hundred deliveries at once cost a few writes. */
function createBatchedInsert(collection: Collection<FactRow>): (row: FactRow) => Promise<void> {
  let waiting: { row: FactRow; resolve: () => void; reject: (error: unknown) => void }[] = [];
  let writing = false;
  async function write(): Promise<void> {
    writing = true;
    while (waiting.length > 0) {
      const batch = waiting;
      waiting = [];
      try {
        await insertNew(
          collection,
          batch.map((one) => one.row),
        );
        for (const one of batch) one.resolve();
      } catch (error) {
        for (const one of batch) one.reject(error);
      }
    }
    writing = false;
  }
  return (row) =>
    new Promise((resolve, reject) => {
      waiting.push({ row, resolve, reject });
      if (!writing) void write();
    });
}

/** A row that is there already says the same. */
async function insertNew(collection: Collection<FactRow>, rows: FactRow[]): Promise<void> {
  try {
    await collection.insertMany(rows, { ordered: false });
  } catch (error) {
    if (!(error instanceof MongoBulkWriteError)) throw error;
    const errors = Array.isArray(error.writeErrors) ? error.writeErrors : [error.writeErrors];
    if (error.result.getWriteConcernError() || !errors.every((one) => one.code === 11000)) throw error;
  }
}
