import type { Collections, KeyRow } from '../store/collections.ts';
import { sameHash, secretHash } from './secret-hash.ts';

const HOUR_MS = 3_600_000;

export function keyText(id: string, secret: string): string {
  return `tocsin_${id}_${secret}`;
}

export interface Keys {
  /** The key that a text is; undefined where there is none, or it was revoked, or its time is over. */
  find(text: string): Promise<KeyRow | undefined>;
}

/** API keys: an id to find them by and a secret that only its hash is kept of. */
export function createKeys({ keys }: Pick<Collections, 'keys'>, clock: () => number): Keys {
  return {
    async find(text) {
      const [, id, secret] = /^tocsin_([0-9A-Z]{26})_([\w-]{43})$/.exec(text) ?? [];
      const row = id === undefined ? null : await keys.findOne({ _id: id });
      if (!row || !secret || !sameHash(row.hash, secretHash(secret))) return undefined;
      const now = clock();
      if (row.revokedAt || (row.expiresAt && row.expiresAt.getTime() <= now)) return undefined;
      if (now - (row.lastUsedAt?.getTime() ?? 0) >= HOUR_MS) {
        const hour = new Date(now - (now % HOUR_MS));
        await keys.updateOne({ _id: row._id }, { $max: { lastUsedAt: hour } });
      }
      return row;
    },
  };
}
