import type { Timestamp } from '@bufbuild/protobuf/wkt';
import { millis } from '@tocsin/platform';

/** An instant of a contract as RFC 3339; null where there is none. */
export function instantOf(at: Timestamp | undefined): string | null {
  const ms = millis(at);
  return ms === undefined ? null : new Date(ms).toISOString();
}
