import type { Collection, Db } from 'mongodb';
import type { AuditEntry } from '../audit/entry.ts';
import type { Role } from '../auth/roles.ts';

export interface PasskeyRow {
  /** The credential's id, base64url. */
  id: string;
  publicKey: Uint8Array;
  counter: number;
  transports: string[];
  name: string;
  createdAt: Date;
  lastUsedAt: Date | null;
}

export interface UserRow {
  _id: string;
  organisationId: string;
  /** The user's data key, wrapped; what it seals can be read by nobody once it is gone. */
  key: Uint8Array;
  /** Sealed. */
  name: Uint8Array;
  email: Uint8Array;
  emailIndex: string;
  role: Role;
  status: 'invited' | 'active' | 'disabled';
  /** The roster's person that this user is. */
  personId: string | null;
  /** Argon2id, in PHC form. */
  password: string | null;
  totp: { secret: Uint8Array; lastStep: number } | null;
  /** Hashes; each works once. */
  recoveryCodes: string[];
  passkeys: PasskeyRow[];
  oidc: { issuer: string; subject: string }[];
  createdAt: Date;
  /** Rises with every edit: the ETag. */
  version: number;
}

export type SignInMethod = 'password' | 'passkey' | 'oidc' | 'link';

export interface SessionRow {
  /** The hash of the token. */
  _id: string;
  id: string;
  userId: string;
  organisationId: string;
  method: SignInMethod;
  userAgent: string;
  createdAt: Date;
  lastSeenAt: Date;
  /** The earlier of the idle and the absolute end. */
  expiresAt: Date;
}

export interface KeyRow {
  _id: string;
  organisationId: string;
  hash: string;
  name: string;
  role: Role;
  readOnly: boolean;
  /** Acts as the person of who made it. Absent in older rows: it does not. */
  asPerson?: boolean;
  createdBy: string;
  createdAt: Date;
  /** To the hour. */
  lastUsedAt: Date | null;
  expiresAt: Date | null;
  revokedAt: Date | null;
}

/** Something begun that its holder may finish once: a set-up, an invitation, a second factor, a passkey's ceremony. */
export interface TicketRow {
  /** The hash of the token. */
  _id: string;
  kind: string;
  userId: string | null;
  organisationId: string;
  /** Sealed. */
  data: Uint8Array;
  triesLeft: number;
  expiresAt: Date;
}

export interface AttemptRow {
  _id: string;
  count: number;
  expiresAt: Date;
}

export interface StoredAnswerRow {
  _id: string;
  requestHash: string;
  /** Sealed; null while the first request is at work. */
  answer: Uint8Array | null;
  /** Until when the first request is waited for. */
  leasedUntil: Date;
  expiresAt: Date;
}

export type AuditRow = AuditEntry & { _id: string };

/** The chain's last link, one row an organisation: whoever appends changes it, so that appends take turns. */
export interface AuditHeadRow {
  _id: string;
  position: number;
  hash: string;
}

export interface Collections {
  users: Collection<UserRow>;
  sessions: Collection<SessionRow>;
  keys: Collection<KeyRow>;
  tickets: Collection<TicketRow>;
  attempts: Collection<AttemptRow>;
  storedAnswers: Collection<StoredAnswerRow>;
  audit: Collection<AuditRow>;
  auditHeads: Collection<AuditHeadRow>;
}

/** Bytes come back as bytes, not wrapped. */
const bytes = { promoteBuffers: true };

export function collectionsOf(db: Db): Collections {
  return {
    users: db.collection('gatewayUsers', bytes),
    sessions: db.collection('gatewaySessions'),
    keys: db.collection('gatewayKeys'),
    tickets: db.collection('gatewayTickets', bytes),
    attempts: db.collection('gatewayAttempts'),
    storedAnswers: db.collection('gatewayStoredAnswers', bytes),
    audit: db.collection('gatewayAudit'),
    auditHeads: db.collection('gatewayAuditHeads'),
  };
}

export async function ensureIndexes(collections: Collections): Promise<void> {
  const { users, sessions, keys, tickets, attempts, storedAnswers, audit } = collections;
  const whenExpired = { key: { expiresAt: 1 }, expireAfterSeconds: 0 } as const;
  await users.createIndexes([
    { key: { emailIndex: 1 }, unique: true },
    { key: { organisationId: 1, _id: 1 } },
    {
      key: { organisationId: 1, personId: 1 },
      unique: true,
      partialFilterExpression: { personId: { $type: 'string' } },
    },
    { key: { 'passkeys.id': 1 }, unique: true, partialFilterExpression: { 'passkeys.id': { $type: 'string' } } },
    { key: { 'oidc.issuer': 1, 'oidc.subject': 1 } },
  ]);
  await sessions.createIndexes([{ key: { userId: 1 } }, whenExpired]);
  await keys.createIndex({ organisationId: 1, _id: 1 });
  await tickets.createIndexes([{ key: { userId: 1 } }, whenExpired]);
  for (const collection of [attempts, storedAnswers]) await collection.createIndexes([whenExpired]);
  await audit.createIndex({ organisationId: 1, position: 1 }, { unique: true });
}

/** All indexes of this service, for whoever makes them before it starts. */
export function provisionStore(db: Db): Promise<void> {
  return ensureIndexes(collectionsOf(db));
}
