import type { Severity } from '@tocsin/domain';

export type AlertAction = 'trigger' | 'acknowledge' | 'resolve' | 'update';

/** What an adapter makes of one event of its source. Identifiers are the source's own, as sent: they are hashed afterwards. */
export interface NormalisedAlert {
  action: AlertAction;
  severity: Severity;
  /** Names the thing that fires, so that repeats and the resolve meet. Absent where the source names nothing. */
  dedupId?: string;
  /** What the source groups by. Absent: every member is its own group. */
  groupId?: string;
  /** One line, 1 to 1,024 characters, without control characters. */
  title: string;
  /** http or https, may be empty. */
  link: string;
  /** Hosts, users, services: at most 20. */
  entities: string[];
  /** ATT&CK ids such as `T1059.004`: at most 20. */
  techniques: string[];
  /** The source's clock in epoch milliseconds; absent where it gave none that can be read. */
  sourceAt?: number;
  /** Raised from bytes that could not be read. */
  malformed: boolean;
  /** Why it became what it is, such as `unknown-severity`. */
  reasons: string[];
}

/** An alert as it is stored: with its ids, and keys that are hashes. */
export interface Alert extends Omit<NormalisedAlert, 'dedupId' | 'groupId'> {
  id: string;
  dedupKey: string;
  groupKey: string;
}

export const LIMITS = {
  alertsPerEnvelope: 10_000,
  titleCharacters: 1_024,
  linkCharacters: 2_048,
  entities: 20,
  entityCharacters: 256,
  techniques: 20,
  /** An encoded body may unfold to this many bytes, and no more. */
  decodedBytes: 8 * 1024 * 1024,
} as const;
