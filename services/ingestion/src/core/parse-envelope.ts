import type { Source } from '../sources/source.ts';
import type { Alert, NormalisedAlert } from './alert.ts';
import { decodeBody } from './decode-body.ts';
import type { Envelope, Sender } from './envelope.ts';
import { dedupKey, groupKey, malformedKey } from './keys.ts';
import { unreadableAlert } from './unreadable.ts';

type Parses = Pick<Source, 'parse'>;

/** The alerts of an envelope: the same each time, with ids from envelope and index. Never throws, whatever the bytes. */
export function parseEnvelope(envelope: Envelope, sources: ReadonlyMap<string, Parses>): Alert[] {
  return read(envelope, sources).map((alert, index) => identify(envelope, alert, index));
}

function read(envelope: Envelope, sources: ReadonlyMap<string, Parses>): NormalisedAlert[] {
  const { sender } = envelope;
  const source = sources.get(sender.source);
  if (!source) return [unreadableAlert(sender.name, 'unknown-source')];
  const decoded = decodeBody(envelope.body, envelope.contentEncoding);
  if ('unreadable' in decoded) return [unreadableAlert(sender.name, decoded.unreadable)];
  try {
    return source.parse({
      bytes: decoded.bytes,
      contentType: envelope.contentType,
      integrationName: sender.name,
    });
  } catch {
    // A mistake of an adapter's must not cost the alert; the reason is stored with it, and the bytes stay.
    return [unreadableAlert(sender.name, 'adapter-failed')];
  }
}

function identify(envelope: Envelope, normalised: NormalisedAlert, index: number): Alert {
  const { dedupId, groupId, ...alert } = normalised;
  const id = `${envelope.id}-${index}`;
  const member = memberKey(envelope.sender, normalised, id);
  return { ...alert, id, dedupKey: member, groupKey: groupId ? groupKey(envelope.sender, groupId) : member };
}

/** Without an identifier of the source every alert is its own member: text is never a key. */
function memberKey(sender: Sender, alert: NormalisedAlert, alertId: string): string {
  if (alert.malformed) return malformedKey(sender);
  return alert.dedupId ? dedupKey(sender, alert.dedupId) : alertId;
}
