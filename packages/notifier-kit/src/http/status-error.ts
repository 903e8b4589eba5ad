import { ProviderError } from '../provider.ts';
import type { Answer } from './post.ts';

/**
 * What a status that is no success means. `refused` is for a 401 or 403: with an account of ours it is ours to mend, at an address
 * that a person gave it is theirs.
 */
export function statusError({ status, retryAfterMs }: Answer, refused: 'auth' | 'invalid-target'): ProviderError {
  const reason = `provider-status-${status}`;
  if (status === 401 || status === 403) return new ProviderError(refused, reason);
  if (refused === 'invalid-target' && (status === 404 || status === 410)) return new ProviderError(refused, reason);
  if (status === 429) return new ProviderError('rate-limited', 'rate-limited', retryAfterMs);
  if (status === 504) return new ProviderError('unknown', 'provider-gateway-timeout');
  if (status === 408 || status >= 500) return new ProviderError('temporary', reason, retryAfterMs);
  return new ProviderError('permanent', reason);
}
