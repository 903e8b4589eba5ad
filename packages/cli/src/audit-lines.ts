import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';
import { Forbidden, InvalidInput, Unauthenticated, Unavailable } from '@tocsin/platform';

/** The lines of an export in a file. */
export async function* linesOfFile(fileName: string): AsyncIterable<string> {
  try {
    yield* linesOf(createReadStream(fileName));
  } catch (cause) {
    throw new InvalidInput(`${fileName} cannot be read`, { code: 'file-unreadable', cause });
  }
}

/** The lines of a gateway's own export. `key` is an API key of an admin; read-only will do. */
export async function* linesOfGateway(url: string, key: string | undefined): AsyncIterable<string> {
  if (!key) {
    throw new InvalidInput('TOCSIN_API_KEY is not set: it holds the API key of an admin', { code: 'key-missing' });
  }
  const address = new URL('/api/v1/audit/export', url);
  const response = await fetch(address, { headers: { authorization: `Bearer ${key}` } }).catch((cause: unknown) => {
    throw new Unavailable(`${address.origin} does not answer`, { code: 'gateway-away', cause });
  });
  if (response.status === 401) throw new Unauthenticated('the API key is not valid', { code: 'key-invalid' });
  if (response.status === 403) throw new Forbidden('the API key is not one of an admin', { code: 'role-insufficient' });
  if (!response.ok || !response.body) {
    throw new Unavailable(`${address.origin} answered ${response.status}`, { code: 'gateway-refused' });
  }
  yield* linesOf(Readable.fromWeb(response.body as ReadableStream));
}

/** One after the other, however long the whole is; what cuts the stream off is thrown, not taken for the end. */
async function* linesOf(bytes: Readable): AsyncIterable<string> {
  let rest = '';
  for await (const chunk of bytes.setEncoding('utf8')) {
    const lines = (rest + String(chunk)).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
  if (rest !== '') yield rest;
}
