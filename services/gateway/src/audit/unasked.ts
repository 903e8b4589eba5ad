import { type BatchHandler, millis } from '@tocsin/platform';
import type { Disabled } from '@tocsin/proto/webhook/v1';
import type { Collections } from '../store/collections.ts';
import type { Audit } from './audit.ts';
import type { NewEntry } from './entry.ts';

/** A fact comes again within minutes, or never: so far back its entry is looked for. */
const LOOKED_BACK = 500;

/** Writes what nobody asked for into the audit, once however often its fact comes. */
export function auditUnasked(audit: Audit, { audit: entries }: Collections): BatchHandler<Disabled> {
  return async (batch) => {
    for (const { message } of batch) {
      const entry = entryOf(message);
      const { organisationId } = entry;
      await audit.change(organisationId, async (session) => {
        const newest = entries.find({ organisationId }, { session }).sort({ position: -1 }).limit(LOOKED_BACK);
        for await (const known of newest) if (isSame(known, entry)) return { result: undefined };
        return { result: undefined, entry };
      });
    }
  };
}

function entryOf({ organisationId, webhookId, because, at }: Disabled): NewEntry {
  return {
    organisationId,
    at: new Date(millis(at) ?? 0).toISOString(),
    actor: { kind: 'service', id: 'webhooks' },
    action: 'webhooks.disabled',
    target: { kind: 'webhook', id: webhookId },
    fields: ['enabled'],
    outcome: 'done',
    askedAt: null,
    code: `webhook-${because}`,
    traceId: null,
  };
}

function isSame(one: NewEntry, other: NewEntry): boolean {
  return one.action === other.action && one.at === other.at && one.target.id === other.target.id;
}
