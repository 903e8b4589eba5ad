import { createHash } from 'node:crypto';

/** A message before it is signed. */
export interface Message {
  /** What its receivers know it by: the same in every attempt and replay, and to every webhook. */
  id: string;
  type: string;
  incidentId: string | null;
  body: string;
}

/** Made of what the message is about, so that the same fact is the same message however often it is read. */
export function messageId(about: string): string {
  return `msg_${createHash('sha256').update(about).digest('base64url').slice(0, 24)}`;
}

/** A message in the form that Standard Webhooks recommends: what happened, when, and what it is about. */
export function createMessage(
  about: string,
  { type, at, incidentId, data }: { type: string; at: Date; incidentId?: string; data: Record<string, unknown> },
): Message {
  return {
    id: messageId(about),
    type,
    incidentId: incidentId ?? null,
    body: JSON.stringify({ type, timestamp: at.toISOString(), data }),
  };
}
