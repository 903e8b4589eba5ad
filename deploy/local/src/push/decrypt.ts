import { createDecipheriv, createECDH, createHmac, type ECDH } from 'node:crypto';

/** The keys of one subscription, both halves: what a browser keeps to itself. */
export interface SubscriptionKeys {
  pair: ECDH;
  auth: Buffer;
}

const RECORD_BYTES = 4_096;
const TAG_BYTES = 16;

/**
 * Opens a push as a browser does (RFC 8291, over RFC 8188): one record, that ends with its delimiter. Throws with what is wrong. Written
 * from the documents and not with the library that encrypts, so that the two hold each other to them.
 */
export function decryptPush(body: Buffer, { pair, auth }: SubscriptionKeys): string {
  if (body.length < 21 + 65 + TAG_BYTES + 1) throw new Error('the body is too short for aes128gcm');
  const salt = body.subarray(0, 16);
  const recordSize = body.readUInt32BE(16);
  if (body[20] !== 65) throw new Error('the key id is no public key');
  const senderKey = body.subarray(21, 86);
  const record = body.subarray(86);
  if (recordSize < record.length || body.length > RECORD_BYTES)
    throw new Error('the body is more than one record of 4096');
  const secret = pair.computeSecret(senderKey);
  const info = Buffer.concat([Buffer.from('WebPush: info\0'), pair.getPublicKey(), senderKey]);
  const prk = hmac(hmac(auth, secret), Buffer.concat([info, Buffer.from([1])]));
  const key = hmac(hmac(salt, prk), Buffer.from('Content-Encoding: aes128gcm\0\x01')).subarray(0, 16);
  const nonce = hmac(hmac(salt, prk), Buffer.from('Content-Encoding: nonce\0\x01')).subarray(0, 12);
  const opened = createDecipheriv('aes-128-gcm', key, nonce);
  opened.setAuthTag(record.subarray(-TAG_BYTES));
  const padded = Buffer.concat([opened.update(record.subarray(0, -TAG_BYTES)), opened.final()]);
  const end = padded.findLastIndex((byte) => byte !== 0);
  if (padded[end] !== 2) throw new Error('the last record does not say that it is the last');
  return padded.subarray(0, end).toString('utf8');
}

/** Made of a seed, so that the same device has the same keys at every start. */
export function keysOf(seed: Buffer, auth: Buffer): SubscriptionKeys {
  const pair = createECDH('prime256v1');
  pair.setPrivateKey(seed);
  return { pair, auth };
}

function hmac(key: Buffer, data: Buffer): Buffer {
  return createHmac('sha256', key).update(data).digest();
}
