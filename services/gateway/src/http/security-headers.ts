import type { RequestHandler } from 'express';

const YEAR_SECONDS = 365 * 24 * 3_600;

/** For what is no page: nothing of it runs, and nothing shows it in a frame. Pages set a policy of their own over it. */
const NOTHING = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** Of every answer. HSTS only where browsers come over TLS: over http they would not believe it, and on loopback it would harm. */
export function securityHeaders({ https }: { https: boolean }): RequestHandler {
  return (_req, res, next) => {
    res.set({
      'Content-Security-Policy': NOTHING,
      'X-Content-Type-Options': 'nosniff',
      'Referrer-Policy': 'no-referrer',
      'Cross-Origin-Opener-Policy': 'same-origin',
      'Cross-Origin-Resource-Policy': 'same-origin',
      ...(https ? { 'Strict-Transport-Security': `max-age=${YEAR_SECONDS}; includeSubDomains` } : {}),
    });
    next();
  };
}
