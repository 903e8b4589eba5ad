import type { Collections } from './collections.ts';
import type { Vault } from './sealed.ts';

/** Seals what older master keys sealed with the newest, unless somebody changed it meanwhile. Resolves with how many it was. */
export async function renewSealed(vault: Vault, { webhooks }: Collections): Promise<number> {
  let renewed = 0;
  for await (const row of webhooks.find({}, { projection: { sealed: 1 } })) {
    const sealed = vault.renewed(row);
    if (!sealed) continue;
    await webhooks.updateOne({ _id: row._id, sealed: row.sealed }, { $set: { sealed } });
    renewed += 1;
  }
  return renewed;
}
