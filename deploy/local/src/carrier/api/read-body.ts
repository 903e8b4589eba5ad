import type { IncomingMessage } from 'node:http';

const maxBodyBytes = 65_536;

/** @throws Error when the client went away, or sent more than 64 kB: nothing that a client of a carrier posts is that long */
export function readBody(req: IncomingMessage): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    req.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > maxBodyBytes) req.destroy(new Error(`a body of more than ${maxBodyBytes} bytes`));
      else chunks.push(chunk);
    });
    req.once('end', () => resolve(Buffer.concat(chunks).toString('utf8')));
    req.once('error', reject);
    req.once('close', () => reject(new Error('the client went away')));
  });
}
