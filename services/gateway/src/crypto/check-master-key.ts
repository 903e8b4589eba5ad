import { InvalidInput, SealBroken } from '@tocsin/platform';
import type { Collections } from '../store/collections.ts';
import type { Vault } from './vault.ts';

/** Makes sure that stored users can be read. Throws `InvalidInput` where they were sealed with another master key. */
export async function checkMasterKey(vault: Vault, { users }: Pick<Collections, 'users'>): Promise<void> {
  const user = await users.findOne({}, { projection: { key: 1, name: 1 } });
  if (!user) return;
  try {
    vault.unsealFor(user.key, user._id, 'name', user.name);
  } catch (cause) {
    if (!(cause instanceof SealBroken)) throw cause;
    throw new InvalidInput('this is not the master key that the stored users were sealed with', {
      code: 'master-key-wrong',
      field: 'GATEWAY_MASTER_KEY',
      cause,
    });
  }
}
