import { newId } from '@tocsin/platform';
import type { ClientSession } from 'mongodb';
import type { SetCookie } from '../operations/operation.ts';
import type { Collections, SessionRow, SignInMethod, UserRow } from '../store/collections.ts';
import { newSecret, secretHash } from './secret-hash.ts';

/** Who does nothing for this long signs in again; */
const IDLE_MS = 12 * 3_600_000;
/** and everybody does after this long. */
const ABSOLUTE_MS = 14 * 24 * 3_600_000;
/** How exact `lastSeenAt` is: one write a minute for a session. */
const SEEN_EVERY_MS = 60_000;

export interface Sessions {
  /** Signs a user in; the cookie holds the only copy of the token. */
  open(
    user: Pick<UserRow, '_id' | 'organisationId'>,
    how: { method: SignInMethod; userAgent: string },
    tx: ClientSession,
  ): Promise<SetCookie>;
  /** The session of a token, seen now; undefined where it is over. */
  find(token: string): Promise<SessionRow | undefined>;
  list(userId: string): Promise<SessionRow[]>;
  /** Ends one session of a user, or all, or all but one. Resolves with how many ended. */
  end(userId: string, which: { id?: string; except?: string }, tx: ClientSession): Promise<number>;
}

export function createSessions({ sessions }: Pick<Collections, 'sessions'>, clock: () => number): Sessions {
  const endOf = (createdAt: number, seenAt: number) => new Date(Math.min(seenAt + IDLE_MS, createdAt + ABSOLUTE_MS));
  const running = () => ({ expiresAt: { $gt: new Date(clock()) } });

  return {
    async open(user, { method, userAgent }, tx) {
      const token = newSecret();
      const now = clock();
      const at = new Date(now);
      await sessions.insertOne(
        {
          _id: secretHash(token),
          id: newId(),
          userId: user._id,
          organisationId: user.organisationId,
          method,
          userAgent: userAgent.slice(0, 200),
          createdAt: at,
          lastSeenAt: at,
          expiresAt: endOf(now, now),
        },
        { session: tx },
      );
      return { name: 'session', value: token, maxAgeSeconds: ABSOLUTE_MS / 1_000 };
    },
    async find(token) {
      const row = await sessions.findOne({ _id: secretHash(token), ...running() });
      if (!row) return undefined;
      const now = clock();
      if (now - row.lastSeenAt.getTime() >= SEEN_EVERY_MS) {
        const seen = { lastSeenAt: new Date(now), expiresAt: endOf(row.createdAt.getTime(), now) };
        await sessions.updateOne({ _id: row._id }, { $set: seen });
      }
      return row;
    },
    list: (userId) =>
      sessions
        .find({ userId, ...running() })
        .sort({ createdAt: -1 })
        .toArray(),
    async end(userId, { id, except }, tx) {
      const filter = { userId, ...running(), ...(id ? { id } : {}), ...(except ? { id: { $ne: except } } : {}) };
      return (await sessions.deleteMany(filter, { session: tx })).deletedCount;
    },
  };
}
