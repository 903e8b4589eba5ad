import { brotliDecompressSync, gunzipSync, inflateRawSync, inflateSync } from 'node:zlib';
import { LIMITS } from './alert.ts';

export type Decoded = { bytes: Uint8Array } | { unreadable: string };

/** Undoes a Content-Encoding, within `LIMITS.decodedBytes`. */
export function decodeBody(body: Uint8Array, contentEncoding: string): Decoded {
  const options = { maxOutputLength: LIMITS.decodedBytes };
  try {
    switch (contentEncoding.trim().toLowerCase()) {
      case '':
      case 'identity':
        return { bytes: body };
      case 'gzip':
      case 'x-gzip':
        return { bytes: gunzipSync(body, options) };
      case 'deflate':
        return { bytes: isZlib(body) ? inflateSync(body, options) : inflateRawSync(body, options) };
      case 'br':
        return { bytes: brotliDecompressSync(body, options) };
      default:
        return { unreadable: 'unknown-encoding' };
    }
  } catch (error) {
    return { unreadable: isTooLarge(error) ? 'decoded-too-large' : 'corrupt-encoding' };
  }
}

/** RFC 9110 means zlib's wrapper by `deflate`; some senders leave it out. Its first two bytes are a multiple of 31. */
function isZlib(body: Uint8Array): boolean {
  return ((body[0] ?? 0) & 0x0f) === 8 && (((body[0] ?? 0) << 8) | (body[1] ?? 0)) % 31 === 0;
}

function isTooLarge(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE';
}
