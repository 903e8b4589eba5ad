import { randomInt, timingSafeEqual } from 'node:crypto';
import { Conflict, InvalidInput, isDuplicateKey, NotFound, RateLimited } from '@tocsin/platform';
import type { StartVerificationRequest } from '@tocsin/proto/roster/v1';
import type { Vault } from '../../crypto/vault.ts';
import { type Collections, ofPeople, rowOf } from '../../store/collections.ts';

interface Deps {
  collections: Collections;
  vault: Vault;
}
type Named = Pick<StartVerificationRequest, 'organisationId' | 'personId' | 'contactMethodId'>;

const CODES = 1_000_000;
const GOOD_FOR_MS = 10 * 60_000;
/** Between two codes: each is a message that somebody pays for, and a handful of guesses. */
const PAUSE_MS = 60_000;
const TRIES = 5;

/**
 * Makes the code that proves that somebody is reached by a contact method's address, and says it once: to whoever puts it into the
 * words that go there. It rests as a hash that only the master key can try out, for ten minutes and five tries.
 */
export async function startVerification(
  { collections, vault }: Deps,
  named: Named,
): Promise<{ code: string; expiresAt: Date }> {
  const { index } = await methodOf(collections, named);
  const _id = idOf(named);
  const code = String(randomInt(CODES)).padStart(6, '0');
  const now = Date.now();
  const expiresAt = new Date(now + GOOD_FOR_MS);
  const fresh = { index, codeHash: vault.codeHashes(_id, code)[0], startedAt: new Date(now), expiresAt, tries: 0 };
  try {
    const due = { _id, startedAt: { $lte: new Date(now - PAUSE_MS) } };
    await collections.verifications.updateOne(due, { $set: fresh }, { upsert: true });
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
    throw new RateLimited('a code was made a moment ago', { code: 'code-too-soon', retryAfterMs: PAUSE_MS });
  }
  return { code, expiresAt };
}

/**
 * Takes a code back from who received it, and notes that the address is theirs. Throws `InvalidInput` for a wrong code, and
 * `Conflict` where none waits (any more), or the address is another by now. Said again, what is proved is proved.
 */
export async function confirmVerification(
  { collections, vault }: Deps,
  { code, ...named }: Named & { code: string },
): Promise<Date> {
  const { verifiedAt, index: present } = await methodOf(collections, named);
  const _id = idOf(named);
  // A try is counted before it is looked at: many at once are no more than five.
  const waiting = await collections.verifications.findOneAndUpdate(
    { _id, expiresAt: { $gt: new Date() }, tries: { $lt: TRIES } },
    { $inc: { tries: 1 } },
  );
  if (!waiting) {
    if (verifiedAt) return verifiedAt;
    throw new Conflict('no code waits any more: ask for a new one', { code: 'code-expired', field: 'code' });
  }
  if (waiting.index !== present)
    throw new Conflict('the address is another by now', { code: 'address-changed', field: 'contact_method_id' });
  if (!vault.codeHashes(_id, code.trim()).some((one) => isSame(waiting.codeHash, one)))
    throw new InvalidInput('is not the code that was sent', { code: 'code-wrong', field: 'code' });
  const now = new Date();
  const { organisationId, personId, contactMethodId: id } = named;
  const { matchedCount } = await collections.people.updateOne(
    { ...ofPeople(organisationId, [personId]), contactMethods: { $elemMatch: { id, index: waiting.index } } },
    { $set: { 'contactMethods.$.verifiedAt': now } },
  );
  if (matchedCount === 0)
    throw new Conflict('the address is another by now', { code: 'address-changed', field: 'contact_method_id' });
  await collections.verifications.deleteOne({ _id, codeHash: waiting.codeHash });
  return now;
}

async function methodOf({ people }: Collections, { organisationId, personId, contactMethodId }: Named) {
  const person = await people.findOne({ ...ofPeople(organisationId, [personId]), deletedAt: null });
  if (!person) throw new NotFound('nobody has this id (any more)', { code: 'person-unknown', field: 'person_id' });
  const method = person.contactMethods.find(({ id }) => id === contactMethodId);
  if (method) return method;
  throw new NotFound('the person has no such contact method (any more)', {
    code: 'contact-method-unknown',
    field: 'contact_method_id',
  });
}

function idOf({ organisationId, personId, contactMethodId }: Named): string {
  return `${rowOf(organisationId, personId)}|${contactMethodId}`;
}

function isSame(a: string, b: string): boolean {
  const [one, other] = [Buffer.from(a), Buffer.from(b)];
  return one.length === other.length && timingSafeEqual(one, other);
}
