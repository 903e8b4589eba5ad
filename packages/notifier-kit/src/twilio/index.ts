export { ERROR_CODES, reasonOf } from './error-codes.ts';
export { toProviderError } from './provider-error.ts';
export { createTransport, type TwilioTransport } from './transport.ts';
export { createTwilioRouter, field, twiml, type Verify } from './webhooks.ts';
