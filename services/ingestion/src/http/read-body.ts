import type { IncomingMessage } from 'node:http';
import { Unavailable } from '@tocsin/platform';
import { Refusal } from './refusal.ts';

export interface BodyLimits {
  maxBodyBytes: number;
  /** A body that is not whole after this long is refused, however steadily it drips. */
  bodyTimeoutMs: number;
  /** All bodies that are being read at once. */
  budgetBytes: number;
}

/** The sender went away before the body was whole: there is nobody to answer. */
export class SenderGone extends Error {}

/** Beyond the limit a sender may still finish, so that it reads the refusal; but not for ever. */
const PATIENCE = 8;

/** Reads bodies as raw bytes, each within its limit and all within one budget. */
export function createBodyReader({ maxBodyBytes, bodyTimeoutMs, budgetBytes }: BodyLimits) {
  let heldBytes = 0;
  const tooLarge = () =>
    new Refusal(413, 'body-too-large', `the body has more than ${maxBodyBytes} bytes, the most that is taken at once`);

  return function readBody(req: IncomingMessage): Promise<Buffer> {
    if (Number(req.headers['content-length']) > maxBodyBytes) {
      return Promise.reject(tooLarge());
    }
    // It may have gone while its credential was looked up.
    if (req.destroyed) return Promise.reject(new SenderGone());
    return new Promise<Buffer>((resolve, reject) => {
      let chunks: Buffer[] = [];
      let bytes = 0;
      let refused = false;
      const timer = setTimeout(
        () => fail(new Refusal(408, 'body-too-slow', 'the body did not arrive in time')),
        bodyTimeoutMs,
      );

      function release(): void {
        clearTimeout(timer);
        heldBytes -= refused ? 0 : bytes;
      }
      function fail(error: Error): void {
        if (refused) return;
        release();
        refused = true;
        chunks = [];
        reject(error);
      }
      req.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        if (refused) {
          if (bytes > maxBodyBytes * PATIENCE) req.destroy();
          return;
        }
        heldBytes += chunk.length;
        chunks.push(chunk);
        if (bytes > maxBodyBytes) fail(tooLarge());
        else if (heldBytes > budgetBytes) {
          fail(new Unavailable('too much at once', { code: 'overloaded', retryAfterMs: 1_000 }));
        }
      });
      req.on('end', () => {
        if (refused) return;
        release();
        resolve(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks));
      });
      req.on('error', () => fail(new SenderGone()));
      req.on('close', () => {
        if (!req.complete) fail(new SenderGone());
      });
    });
  };
}
