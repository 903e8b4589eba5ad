import type { IncomingMessage, ServerResponse } from 'node:http';
import { InvalidInput } from '@tocsin/platform';
import express, { type NextFunction } from 'express';

/** The bytes as they came, as a Buffer in `body`. What went wrong is said without them: they may hold what somebody wrote. */
export function rawBody(limit: string): (req: IncomingMessage, res: ServerResponse, next: NextFunction) => void {
  const read = express.raw({ type: () => true, limit, inflate: false });
  return (req, res, next) =>
    read(req, res, (error?: unknown) => {
      if (error === undefined) return next();
      next(new InvalidInput('cannot be read, or is too long', { code: 'body-unreadable', field: 'body' }));
    });
}

/** Undefined for what is no JSON. */
export function parseJson(body: unknown): unknown {
  try {
    return JSON.parse(Buffer.isBuffer(body) ? body.toString() : String(body));
  } catch {
    return undefined;
  }
}
