import { type Timestamp, timestampFromMs, timestampMs } from '@bufbuild/protobuf/wkt';

/** From ms since the epoch. */
export function timestamp(ms: number): Timestamp {
  return timestampFromMs(ms);
}

/** To ms since the epoch; an absent timestamp stays absent. */
export function millis(time: Timestamp | undefined): number | undefined {
  return time && timestampMs(time);
}
