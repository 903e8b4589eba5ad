import { errors as natsErrors } from '@nats-io/nats-core';
import {
  MongoError,
  MongoNetworkError,
  MongoNotConnectedError,
  MongoOperationTimeoutError,
  MongoServerError,
  MongoServerSelectionError,
  MongoTopologyClosedError,
  MongoWriteConcernError,
} from 'mongodb';
import { Internal, TocsinError, Unavailable } from './errors.ts';

const storeAway = [
  MongoNetworkError,
  MongoNotConnectedError,
  MongoOperationTimeoutError,
  MongoServerSelectionError,
  MongoTopologyClosedError,

  MongoWriteConcernError,
];
const busAway = [natsErrors.ClosedConnectionError, natsErrors.ConnectionError, natsErrors.DrainingConnectionError];

/** What crosses a boundary for anything thrown: an engine that is away is `Unavailable`, a bug is `Internal` without detail. */
export function toTocsinError(error: unknown): TocsinError {
  if (error instanceof TocsinError) return error;
  if (isStoreAway(error)) {
    return new Unavailable('the store does not answer', { code: 'store-away', cause: error });
  }
  if (busAway.some((kind) => error instanceof kind)) {
    return new Unavailable('the message bus does not answer', { code: 'bus-away', cause: error });
  }
  return new Internal('internal error', { code: 'internal', cause: error });
}

function isStoreAway(error: unknown): boolean {
  if (!(error instanceof MongoError)) return false;
  return (
    storeAway.some((kind) => error instanceof kind) ||
    error.name === 'MongoWaitQueueTimeoutError' ||
    error.hasErrorLabel('RetryableWriteError') ||
    error.hasErrorLabel('TransientTransactionError')
  );
}

/** A unique index refused the write: the same thing is stored already. */
export function isDuplicateKey(error: unknown): boolean {
  return error instanceof MongoServerError && error.code === 11000;
}
