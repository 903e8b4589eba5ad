import { randomFillSync } from 'node:crypto';
import { encodeTime, monotonicFactory } from 'ulid';

/** The library draws sixteen numbers an id, each by a call of its own: they come from a stock here. */
const stock = new Uint32Array(1_024);
let used = stock.length;

function random(): number {
  if (used === stock.length) {
    randomFillSync(stock);
    used = 0;
  }
  return stock[used++]! / 2 ** 32;
}

const next = monotonicFactory(random);

/** A ULID, rising within this process even inside one millisecond. */
export function newId(): string {
  return next();
}

/** The least id of an instant: ids that were made before it are smaller, those made from then on are not. */
export function idAt(ms: number): string {
  return encodeTime(ms, 10).padEnd(26, '0');
}
