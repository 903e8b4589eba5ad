import { InvalidInput, SealBroken } from '@tocsin/platform';
import type { Collections } from '../store/collections.ts';
import type { Vault } from './vault.ts';

export const CHECK_ID = '#master-key';

/**
 * Makes sure that this is the master key that the stored keys were wrapped with: the first start leaves a key of its own for
 * the later ones to open. Throws `InvalidInput` where it is another.
 */
export async function checkMasterKey(vault: Vault, { keys }: Pick<Collections, 'keys'>): Promise<void> {
  const mark = await keys.findOneAndUpdate(
    { _id: CHECK_ID },
    { $setOnInsert: { organisationId: '', wrapped: vault.newDataKey(CHECK_ID) } },
    { upsert: true, returnDocument: 'after' },
  );
  try {
    vault.open(mark!.wrapped, CHECK_ID);
  } catch (cause) {
    if (!(cause instanceof SealBroken)) throw cause;
    throw new InvalidInput('this is not the master key that the stored addresses were encrypted with', {
      code: 'master-key-wrong',
      field: 'ROSTER_MASTER_KEY',
      cause,
    });
  }
}
