import type { Collections } from '../store/collections.ts';
import type { Principal } from './principal.ts';

/** Whether who asked a while ago may still ask: the session or key is good, and its user active. */
export type Standing = (principal: Principal) => Promise<boolean>;

export function createStanding({ users, sessions, keys }: Collections, clock: () => number): Standing {
  async function isActive(userId: string): Promise<boolean> {
    const user = await users.findOne({ _id: userId }, { projection: { status: 1 } });
    return user?.status === 'active';
  }

  return async (principal) => {
    const now = new Date(clock());
    if (principal.kind === 'user') {
      const mine = { id: principal.sessionId, userId: principal.id, expiresAt: { $gt: now } };
      const [session, active] = await Promise.all([sessions.findOne(mine), isActive(principal.id)]);
      return session !== null && active;
    }
    const key = await keys.findOne({ _id: principal.id });
    if (!key || key.revokedAt || (key.expiresAt && key.expiresAt <= now)) return false;
    return isActive(key.createdBy);
  };
}
