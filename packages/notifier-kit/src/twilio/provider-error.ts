import { ProviderError } from '../provider.ts';
import { ERROR_CODES } from './error-codes.ts';

/**
 * What a failed Twilio request means for us. Twilio's own message is left behind: it repeats the number that was called.
 * What is neither a status nor a ProviderError was an answer that could not be read: the request may have been carried out.
 */
export function toProviderError(error: unknown, retryAfterMs?: number): ProviderError {
  if (error instanceof ProviderError) return error;
  const { status, code } = error as { status?: unknown; code?: unknown };
  if (typeof status !== 'number' || status < 300) return new ProviderError('unknown', 'answer-unreadable');
  const known = typeof code === 'number' ? ERROR_CODES[code] : undefined;
  if (known) return new ProviderError(known.kind, known.reason, retryAfterMs);
  if (status === 401 || status === 403) return new ProviderError('auth', 'account-refused');
  if (status === 429) return new ProviderError('rate-limited', 'rate-limited', retryAfterMs);
  if (status === 504) return new ProviderError('unknown', 'provider-gateway-timeout');
  if (status === 408 || status >= 500) return new ProviderError('temporary', `provider-status-${status}`, retryAfterMs);
  return new ProviderError('permanent', `provider-status-${status}`);
}
