import express, { type Request, type Response } from 'express';
import { Refusal } from './problem.ts';

const parsers = new Map<number, ReturnType<typeof express.json>>();

function parserOf(limitBytes: number) {
  const known = parsers.get(limitBytes) ?? express.json({ limit: limitBytes, strict: false });
  parsers.set(limitBytes, known);
  return known;
}

/** The body as JSON; undefined where there is none. Throws 415 for another type, 413 beyond the limit, 400 for what cannot be parsed. */
export async function readJson(req: Request, res: Response, limitBytes: number): Promise<unknown> {
  const empty = req.headers['transfer-encoding'] === undefined && !Number(req.headers['content-length']);
  if (empty) return undefined;
  if (!req.is('application/json')) {
    throw new Refusal(415, 'content-type-unsupported', 'the body must be application/json', {
      Accept: 'application/json',
    });
  }
  await new Promise<void>((resolve, reject) => {
    parserOf(limitBytes)(req, res, (error?: unknown) => (error === undefined ? resolve() : reject(error)));
  });
  return req.body as unknown;
}
