import { create, type DescMessage, type MessageInitShape, toBinary } from '@bufbuild/protobuf';
import type { Binary } from 'mongodb';
import type { FactEntry, Urgency } from '../nats/topology.ts';
import { currentTraceparent } from '../telemetry/trace.ts';

/** A fact as it rests beside what it tells of, inserted in the same transaction. */
export interface FactRow {
  /** Deterministic: the stream drops what comes twice under one id. */
  _id: string;
  subject: string;
  /** The driver gives back `Binary`. */
  bytes: Uint8Array | Binary;
  /** The `traceparent` of who stored it. */
  trace: string | null;
  at: Date;
  told: Date | null;
}

export interface FactRowOptions {
  id: string;
  /** Where the fact has a subject for each. */
  urgency?: Urgency;
}

export function factRow<D extends DescMessage>(
  fact: FactEntry<D>,
  message: MessageInitShape<D>,
  { id, urgency }: FactRowOptions,
): FactRow {
  return {
    _id: id,
    subject: fact.subject(urgency),
    bytes: toBinary(fact.type, create(fact.type, message)),
    trace: currentTraceparent() ?? null,
    at: new Date(),
    told: null,
  };
}
