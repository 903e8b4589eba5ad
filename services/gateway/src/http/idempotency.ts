import { createHash } from 'node:crypto';
import { Conflict, isDuplicateKey } from '@tocsin/platform';
import type { Vault } from '../crypto/vault.ts';
import type { Collections } from '../store/collections.ts';
import { Refusal } from './problem.ts';

const KEEP_MS = 24 * 3_600_000;
/** Longer than any request may take: an older one that has no answer was cut off by a crash. */
const LEASE_MS = 60_000;
const RETRY_AFTER_MS = 1_000;

/** An answer as it is stored and given again. */
export interface StoredAnswer {
  status: number;
  headers: Record<string, string>;
  body: string;
}

export interface Idempotent {
  /** Who asks: a key is its owner's own. */
  owner: string;
  key: string;
  /** Method, address and body, so that a key used for something else is noticed. */
  request: readonly string[];
}

export interface Idempotency {
  /**
   * Does `work` once for a key, and gives its answer to whoever comes again within 24 h. Failures that may pass (5xx) are not kept: `work`
   * says by throwing.
   */
  once(asked: Idempotent, work: () => Promise<StoredAnswer>): Promise<{ answer: StoredAnswer; again: boolean }>;
}

/** The value of an `Idempotency-Key` header (draft-ietf-httpapi-idempotency-key-header), with or without its quotes. */
export function parseIdempotencyKey(header: string): string {
  const key = /^"(.*)"$/.exec(header)?.[1] ?? header;
  if (/^[\x21-\x7e]{1,255}$/.test(key)) return key;
  throw new Refusal(400, 'idempotency-key-invalid', 'Idempotency-Key must be 1 to 255 visible characters');
}

export function createIdempotency(
  { storedAnswers }: Pick<Collections, 'storedAnswers'>,
  vault: Vault,
  clock: () => number,
) {
  /** Takes the key, or resolves with the answer that it has already. */
  async function take(id: string, requestHash: string): Promise<StoredAnswer | undefined> {
    const now = clock();
    const lease = { leasedUntil: new Date(now + LEASE_MS), expiresAt: new Date(now + KEEP_MS) };
    try {
      await storedAnswers.insertOne({ _id: id, requestHash, answer: null, ...lease });
      return undefined;
    } catch (error) {
      if (!isDuplicateKey(error)) throw error;
    }
    const row = await storedAnswers.findOne({ _id: id });
    if (row && row.requestHash !== requestHash) {
      throw new Conflict('this Idempotency-Key was used for another request', { code: 'idempotency-key-reused' });
    }
    if (row?.answer) return JSON.parse(vault.unseal(row.answer, id)) as StoredAnswer;
    const cutOff = { _id: id, requestHash, answer: null, leasedUntil: { $lte: new Date(now) } };
    const { modifiedCount } = await storedAnswers.updateOne(cutOff, { $set: lease });
    if (modifiedCount === 1) return undefined;
    throw new Conflict('the same request is being worked on', {
      code: 'idempotency-in-progress',
      retryAfterMs: RETRY_AFTER_MS,
    });
  }

  const idempotency: Idempotency = {
    async once({ owner, key, request }, work) {
      const id = digest([owner, key]);
      const stored = await take(id, digest(request));
      if (stored) return { answer: stored, again: true };
      let answer: StoredAnswer;
      try {
        answer = await work();
      } catch (error) {
        await storedAnswers.deleteOne({ _id: id, answer: null });
        throw error;
      }
      // Answers may hold what is shown only once, such as a new key: at rest they are sealed.
      await storedAnswers.updateOne({ _id: id }, { $set: { answer: vault.seal(JSON.stringify(answer), id) } });
      return { answer, again: false };
    },
  };
  return idempotency;
}

function digest(parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}
