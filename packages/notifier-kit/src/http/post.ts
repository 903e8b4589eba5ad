import { createPost as createPlainPost, type Guard, type PostAnswer, PostFailed } from '@tocsin/platform';
import { ProviderError } from '../provider.ts';

const LONGEST_ANSWER_BYTES = 256_000;

export type Answer = PostAnswer;

/** Makes one POST: never repeated, never redirected, ended by the signal. Throws a ProviderError that names no address. */
export type Post = (
  url: string,
  request: { headers: Record<string, string>; body: string | Uint8Array; signal: AbortSignal },
) => Promise<Answer>;

/** With a guard for addresses that people gave us; without one for those of the operator. */
export function createPost(guard: Guard | null): Post {
  const post = createPlainPost({ guard, answerBytes: LONGEST_ANSWER_BYTES, longer: 'fails' });
  return (url, request) =>
    post(url, request).catch((error: unknown) => {
      throw error instanceof PostFailed ? providerError(error) : error;
    });
}

/** Only what certainly never left is a plain failure; everything else may have arrived. */
function providerError({ reason, neverLeft }: PostFailed): ProviderError {
  if (reason === 'address-not-allowed') return new ProviderError('invalid-target', reason);
  if (neverLeft) return new ProviderError('temporary', 'provider-unreachable');
  return new ProviderError('unknown', reason === 'timeout' ? 'provider-timeout' : reason);
}
