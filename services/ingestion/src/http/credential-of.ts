import type { IncomingMessage } from 'node:http';
import { Unauthenticated } from '@tocsin/platform';

export const INTAKE_PATH = '/v1/in';

/** Whether a request is for the intake: `/v1/in` or `/v1/in/<key>`. */
export function isIntake(url: string): boolean {
  if (!url.startsWith(INTAKE_PATH)) return false;
  const next = url[INTAKE_PATH.length];
  return next === undefined || next === '/' || next === '?';
}

/** The integration key of a request: in the path, for senders that can do nothing else, or in a header. */
export function credentialOf(req: IncomingMessage): string {
  const key = inPath(req.url ?? '') ?? inHeaders(req);
  if (!key) throw new Unauthenticated('an integration key is needed', { code: 'key-missing' });
  return key;
}

function inPath(url: string): string | undefined {
  const query = url.indexOf('?');
  const path = url.slice(INTAKE_PATH.length + 1, query < 0 ? undefined : query);
  return path.endsWith('/') ? path.slice(0, -1) : path || undefined;
}

function inHeaders(req: IncomingMessage): string | undefined {
  const { authorization } = req.headers;
  const own = req.headers['x-tocsin-key'];
  if (typeof own === 'string' && own !== '') return own;
  return authorization && /^Bearer +(\S+)$/i.exec(authorization)?.[1];
}
