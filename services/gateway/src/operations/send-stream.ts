import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Response } from 'express';

/** Sends text as it comes, no faster than the client takes it. A client that goes away ends the source too. */
export async function sendStream(res: Response, text: AsyncIterable<string>): Promise<void> {
  await pipeline(Readable.from(text), res).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error;
  });
}
