import { Unauthenticated } from '@tocsin/platform';
import type { ClientSession } from 'mongodb';
import type { Vault } from '../crypto/vault.ts';
import type { Collections, TicketRow } from '../store/collections.ts';
import { newSecret, secretHash } from './secret-hash.ts';

export type TicketKind =
  | 'set-up'
  | 'invitation'
  | 'second-factor'
  | 'totp'
  | 'passkey-registration'
  | 'passkey-sign-in'
  | 'oidc';

export interface Ticket {
  kind: TicketKind;
  userId: string | null;
  organisationId: string;
  data: Record<string, string>;
}

export interface Tickets {
  /** A token that finishes what was begun. Stored hashed, its data sealed. */
  issue(
    ticket: Omit<Ticket, 'data'> & { data?: Ticket['data']; lifeMs: number; tries?: number },
    tx?: ClientSession,
  ): Promise<string>;
  /** Uses a token up; throws `Unauthenticated` where it is unknown, of another kind, used, or too old. */
  redeem(kind: TicketKind, token: string, tx?: ClientSession): Promise<Ticket>;
  /** Uses one of its tries, for what a person may mistype. */
  tryOnce(kind: TicketKind, token: string): Promise<Ticket>;
  /** Voids all of a kind that a user has. */
  revoke(kind: TicketKind, userId: string, tx: ClientSession): Promise<void>;
}

const TRIES = 5;

export function createTickets({ tickets }: Pick<Collections, 'tickets'>, vault: Vault, clock: () => number): Tickets {
  const good = (kind: TicketKind, token: string) => ({
    _id: secretHash(token),
    kind,
    triesLeft: { $gt: 0 },
    expiresAt: { $gt: new Date(clock()) },
  });

  function open(row: TicketRow | null): Ticket {
    if (!row) throw new Unauthenticated('the link or step is too old, or was used already', { code: 'ticket-invalid' });
    const { kind, userId, organisationId } = row;
    const data = JSON.parse(vault.unseal(row.data, row._id)) as Record<string, string>;
    return { kind: kind as TicketKind, userId, organisationId, data };
  }

  return {
    async issue({ kind, userId, organisationId, data = {}, lifeMs, tries = TRIES }, tx) {
      const token = newSecret();
      const _id = secretHash(token);
      const row = {
        _id,
        kind,
        userId,
        organisationId,
        data: vault.seal(JSON.stringify(data), _id),
        triesLeft: tries,
        expiresAt: new Date(clock() + lifeMs),
      };
      await tickets.insertOne(row, { ...(tx ? { session: tx } : {}) });
      return token;
    },
    redeem: async (kind, token, tx) =>
      open(await tickets.findOneAndDelete(good(kind, token), tx ? { session: tx } : {})),
    tryOnce: async (kind, token) =>
      open(await tickets.findOneAndUpdate(good(kind, token), { $inc: { triesLeft: -1 } })),
    async revoke(kind, userId, tx) {
      await tickets.deleteMany({ kind, userId }, { session: tx });
    },
  };
}
