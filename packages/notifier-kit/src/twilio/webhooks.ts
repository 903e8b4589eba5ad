import express, { type Response, type Router } from 'express';
import type { TwilioAccount } from '../config.ts';
import type { Desk } from '../desk.ts';

/** Twilio's signature check: its own package's `validateRequest`. */
export type Verify = (authToken: string, signature: string, url: string, params: Record<string, unknown>) => boolean;

/**
 * A router on which everything under `/twilio/<account id>` was signed by that account, over the address that we gave it.
 * The address is the configured one: what a request says of its own host is the sender's to choose.
 */
export function createTwilioRouter(accounts: readonly TwilioAccount[], desk: Desk, verify: Verify): Router {
  const router = express.Router();
  router.use('/twilio/:account', express.urlencoded({ extended: false, limit: '64kb' }), (req, res, next) => {
    const account = accounts.find((one) => one.id === req.params.account);
    const signature = req.header('x-twilio-signature') ?? '';
    const params = (req.body ?? {}) as Record<string, unknown>;
    const url = `${desk.publicUrl()}${req.originalUrl}`;
    if (account && tokensOf(account).some((token) => verify(token, signature, url, params))) return next();
    desk.log.warn({ account: account?.id ?? 'unknown' }, 'webhook with a wrong signature refused');
    res.status(403).type('text/plain').send('the signature is not right');
  });
  return router;
}

/** Twilio signs with the primary token until the secondary is promoted, and from then on with that one. */
function tokensOf({ authToken, alternateAuthToken }: TwilioAccount): string[] {
  return alternateAuthToken === undefined ? [authToken] : [authToken, alternateAuthToken];
}

/** A form's field, empty where it is absent or comes more than once. */
export function field(body: unknown, name: string): string {
  const value = (body as Record<string, unknown> | undefined)?.[name];
  return typeof value === 'string' ? value : '';
}

/** Answers Twilio with TwiML. */
export function twiml(res: Response, document: { toString(): string }): void {
  res.type('text/xml').send(document.toString());
}
