import { create, toBinary } from '@bufbuild/protobuf';
import { type FactStore, facts, timestamp } from '@tocsin/platform';
import { LoggedSchema } from '@tocsin/proto/incident/v1';
import type { Collections, LogDoc } from '../store/collections.ts';

/** The log is its own outbox: an entry is told once it is stored, and told again until the stream has it. */
export function createLogFacts({ log }: Collections): FactStore {
  return {
    async untold(limit, olderThanMs = 0) {
      const docs = await log
        .find({ told: null, at: { $lte: new Date(Date.now() - olderThanMs) } })
        .sort({ at: 1 })
        .limit(limit)
        .toArray();
      return docs.map((doc) => ({
        id: doc._id,
        subject: facts.incidentLogged.subject(),
        bytes: toBinary(LoggedSchema, create(LoggedSchema, loggedFrom(doc))),
      }));
    },
    async markTold(ids) {
      await log.updateMany({ _id: { $in: ids } }, { $set: { told: new Date() } });
    },
  };
}

/** An entry as contracts say it. */
export function loggedFrom(doc: LogDoc) {
  return {
    entryId: doc._id,
    organisationId: doc.organisationId,
    incidentId: doc.incidentId,
    position: BigInt(doc.position),
    kind: doc.kind,
    at: timestamp(doc.at.getTime()),
    dataJson: JSON.stringify(doc.data),
  };
}
