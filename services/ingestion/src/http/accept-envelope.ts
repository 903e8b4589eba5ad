import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Logger, newId } from '@tocsin/platform';
import type { Sender } from '../core/envelope.ts';
import { idempotentEnvelopeId } from '../core/keys.ts';
import type { EnvelopeRow } from '../store/collections.ts';
import { envelopeRow } from '../store/envelope-row.ts';
import type { Stored } from '../store/envelope-writer.ts';
import type { GroupCommit } from '../store/group-commit.ts';
import { credentialOf, isIntake } from './credential-of.ts';
import type { Credentials } from './credentials.ts';
import { createBodyReader, SenderGone } from './read-body.ts';
import { Refusal, refuse } from './refusal.ts';

export interface IntakeOptions {
  credentials: Credentials;
  envelopes: GroupCommit<EnvelopeRow, Stored>;
  /** Called after the answer. */
  stored(envelope: EnvelopeRow): void;
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
    const envelope = envelopeOf(req, sender, await readBody(req));
    const outcome = await envelopes.add(envelope);
    const answer = `{"id":"${envelope._id}"}`;
    res.writeHead(202, { 'content-type': 'application/json', 'content-length': answer.length }).end(answer);
    if (outcome === 'stored') options.stored(envelope);
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

function envelopeOf(req: IncomingMessage, sender: Sender, body: Buffer): EnvelopeRow {
  const { headers } = req;
  const idempotencyKey = headers['idempotency-key'];
  const id =
    typeof idempotencyKey === 'string' && idempotencyKey ? idempotentEnvelopeId(sender, idempotencyKey) : newId();
  return envelopeRow({
    id,
    sender,
    contentType: (headers['content-type'] ?? '').slice(0, LABEL_CHARACTERS),
    contentEncoding: (headers['content-encoding'] ?? '').slice(0, LABEL_CHARACTERS),
    body,
  });
}
