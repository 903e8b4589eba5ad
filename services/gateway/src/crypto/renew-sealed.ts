import type { Collections } from '../store/collections.ts';
import type { Vault } from './vault.ts';

type Renewable = Pick<Collections, 'users' | 'tickets' | 'storedAnswers'>;

/**
 * Seals what older master keys sealed with the newest: users' keys, with the indexes of their addresses, tickets and stored answers.
 * What a user's own key seals stays. Each change is conditional on what was read. Resolves with how many it was.
 */
export async function renewSealed(vault: Vault, { users, tickets, storedAnswers }: Renewable): Promise<number> {
  let renewed = 0;
  for await (const { _id, key, email } of users.find({}, { projection: { key: 1, email: 1 } })) {
    const fresh = vault.renewedUserKey(key, _id);
    if (!fresh) continue;
    const emailIndex = vault.emailIndex(vault.unsealFor(key, _id, 'email', email));
    await users.updateOne({ _id, key }, { $set: { key: fresh, emailIndex } });
    renewed += 1;
  }
  for await (const { _id, data } of tickets.find({}, { projection: { data: 1 } })) {
    const fresh = vault.renewed(data, _id);
    if (!fresh) continue;
    await tickets.updateOne({ _id, data }, { $set: { data: fresh } });
    renewed += 1;
  }
  const answered = { answer: { $ne: null } };
  for await (const { _id, answer } of storedAnswers.find(answered, { projection: { answer: 1 } })) {
    const fresh = answer && vault.renewed(answer, _id);
    if (!fresh) continue;
    await storedAnswers.updateOne({ _id, answer }, { $set: { answer: fresh } });
    renewed += 1;
  }
  return renewed;
}
