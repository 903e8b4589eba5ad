import { InvalidInput, SealBroken } from '@tocsin/platform';
import type { Collections } from './collections.ts';
import type { Vault } from './sealed.ts';

/** Another key than the one before could read nothing and would sign nothing: better not to start. @throws InvalidInput */
export async function checkMasterKey(vault: Vault, { webhooks }: Collections): Promise<void> {
  const some = await webhooks.findOne();
  if (!some) return;
  try {
    vault.open(some);
  } catch (error) {
    if (!(error instanceof SealBroken)) throw error;
    const message = 'is not the master key that the webhooks were sealed with';
    throw new InvalidInput(message, { code: 'master-key-wrong', field: 'WEBHOOKS_MASTER_KEY' });
  }
}
