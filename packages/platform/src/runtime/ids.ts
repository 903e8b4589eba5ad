import { monotonicFactory } from 'ulid';

const next = monotonicFactory();

/** A ULID, rising within this process even inside one millisecond. */
export function newId(): string {
  return next();
}
