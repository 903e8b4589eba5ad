import type { z } from 'zod';
import type { NormalisedAlert } from '../core/alert.ts';

/** What an adapter reads: the body with its encoding undone. */
export interface Delivery {
  bytes: Uint8Array;
  contentType: string;
  integrationName: string;
}

/** A source's adapter: pure, in one file, with one line in the list. */
export interface Source {
  /** Names it in an integration's `source`. */
  id: string;
  /** What an integration of this source may be configured with. */
  configSchema?: z.ZodType;
  /** The alerts of a delivery, in the order sent. What cannot be read is an alert with `malformed`. */
  parse(delivery: Delivery): NormalisedAlert[];
  /** What its sender would post to see whether it arrives: the mildest alert there is, about the thing that `id` names. */
  testEvent(id: string): { contentType: string; body: string };
}
