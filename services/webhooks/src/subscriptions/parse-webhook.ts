import { type Guard, InvalidInput, NotAllowed, Unavailable } from '@tocsin/platform';
import { MESSAGE_TYPES } from '../core/catalogue.ts';

const LONGEST_NAME = 200;
const LONGEST_URL = 2_000;
const LOOKED_UP_WITHIN_MS = 5_000;

/** @throws InvalidInput */
export function parseName(name: string): string {
  const trimmed = name.trim();
  if (trimmed !== '' && trimmed.length <= LONGEST_NAME) return trimmed;
  throw invalid('name', `has 1 to ${LONGEST_NAME} characters`);
}

/** @throws InvalidInput that names the type that there is not */
export function parseTypes(types: readonly string[]): string[] {
  const known = new Set(MESSAGE_TYPES.map(({ type }) => type));
  const unknown = types.find((one) => !known.has(one));
  if (unknown !== undefined) throw invalid('types', `${unknown} is no type: there are ${[...known].join(', ')}`);
  return [...new Set(types)];
}

/**
 * An address that messages may be sent to, as far as that can be told now: each connection is checked again.
 * @throws InvalidInput that says what to do, Unavailable where names cannot be looked up
 */
export async function parseUrl(text: string, guard: Guard): Promise<string> {
  if (text.length > LONGEST_URL || !URL.canParse(text)) {
    throw invalid('url', `is no address of at most ${LONGEST_URL} characters, such as https://example.com/hooks`);
  }
  const url = new URL(text);
  if (!['https:', 'http:'].includes(url.protocol)) throw invalid('url', 'must be https');
  if (url.username !== '' || url.password !== '') {
    throw invalid('url', 'must hold no user and password: check the signature instead');
  }
  if (url.hash !== '') throw invalid('url', 'must have no part after #: it would not be sent');
  try {
    guard.check(url);
    await lookUp(url, guard);
  } catch (error) {
    if (!(error instanceof NotAllowed)) throw error;
    const what = url.protocol === 'http:' ? 'must be https, or lead' : 'leads into a private network: it must lead';
    throw invalid('url', `${what} into a network that WEBHOOKS_ALLOWED_NETWORKS allows`);
  }
  return url.href;
}

/** Addresses are not looked up: those of the URL were checked as they stand. */
async function lookUp(url: URL, guard: Guard): Promise<void> {
  const name = url.hostname.replace(/^\[|\]$/g, '');
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const timer = setTimeout(() => reject(away()), LOOKED_UP_WITHIN_MS);
  guard.lookup(url)(name, { all: true }, (error) => {
    if (!error) return resolve();
    if (error instanceof NotAllowed) return reject(error);
    const isKnownNot = error.code === 'ENOTFOUND' || error.code === 'EINVAL';
    reject(isKnownNot ? invalid('url', `nothing is known of the name ${name}`) : away());
  });
  await promise.finally(() => clearTimeout(timer));
}

function away(): Unavailable {
  return new Unavailable('names cannot be looked up now', { code: 'names-away' });
}

function invalid(field: string, message: string): InvalidInput {
  return new InvalidInput(message, { code: 'webhook-invalid', field });
}
