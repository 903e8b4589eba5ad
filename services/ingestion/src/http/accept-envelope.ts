import type { IncomingMessage, ServerResponse } from 'node:http';
import { currentTraceparent, type Logger } from '@tocsin/platform';
import { Binary } from 'mongodb';
import type { Sender } from '../core/envelope.ts';
import { idempotencyHash } from '../core/keys.ts';
import type { StoredEnvelope } from '../store/collections.ts';
import type { GroupCommit } from '../store/group-commit.ts';
import { credentialOf, isIntake } from './credential-of.ts';
import type { Credentials } from './credentials.ts';
import { createBodyReader, SenderGone } from './read-body.ts';
import { Refusal, refuse } from './refusal.ts';

export interface IntakeOptions {
  credentials: Credentials;
  /** Resolves with the envelope's id. */
  envelopes: GroupCommit<StoredEnvelope, string>;
  log: Logger;
  maxBodyBytes: number;
  bodyTimeoutMs: number;
}

const BODIES_BYTES = 64 * 1024 * 1024;
const LABEL_CHARACTERS = 200;

/**
 * Takes posts to the intake, and says of every other request that it is not its own. A post is answered once its bytes are
 * stored for good; nothing of them was looked at by then.
 */
export function createIntake(options: IntakeOptions): (req: IncomingMessage, res: ServerResponse) => boolean {
  const { credentials, envelopes, maxBodyBytes, bodyTimeoutMs, log } = options;
  const readBody = createBodyReader({ maxBodyBytes, bodyTimeoutMs, budgetBytes: BODIES_BYTES });

  async function accept(req: IncomingMessage, res: ServerResponse): Promise<void> {
    if (req.method !== 'POST' && req.method !== 'PUT') {
      throw new Refusal(405, 'method-not-allowed', 'alerts are posted');
    }
    const found = credentials.find(credentialOf(req));
    const sender = found instanceof Promise ? await found : found;
    const id = await envelopes.add(envelopeOf(req, sender, await readBody(req)));
    const answer = `{"id":"${id}"}`;
    res.writeHead(202, { 'content-type': 'application/json', 'content-length': answer.length }).end(answer);
  }

  return (req, res) => {
    if (!isIntake(req.url ?? '')) return false;
    accept(req, res).catch((error) => {
      if (error instanceof SenderGone) return;
      if (!(error instanceof Error) || error.constructor === Error) log.error({ err: error }, 'post failed by a bug');
      refuse(res, error);
    });
    return true;
  };
}

function envelopeOf(req: IncomingMessage, sender: Sender, body: Buffer): StoredEnvelope {
  const { headers } = req;
  const key = headers['idempotency-key'];
  const trace = currentTraceparent();
  return {
    sender,
    receivedAt: new Date(),
    contentType: (headers['content-type'] ?? '').slice(0, LABEL_CHARACTERS),
    contentEncoding: (headers['content-encoding'] ?? '').slice(0, LABEL_CHARACTERS),
    body: new Binary(body),
    ...(trace ? { trace } : {}),
    ...(typeof key === 'string' && key !== '' ? { idempotency: idempotencyHash(sender, key) } : {}),
  };
}
