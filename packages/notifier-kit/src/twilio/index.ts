export { failureOf } from './error-codes.ts';
export { askTwilio, type TwilioTransport } from './transport.ts';
export { createTwilioRouter, field, twiml, type Verify } from './webhooks.ts';
