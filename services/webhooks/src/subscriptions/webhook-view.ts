import { timestamp } from '@tocsin/platform';
import type { Collections, WebhookRow } from '../store/collections.ts';
import { NEWEST_OF_STATE } from '../store/collections.ts';
import type { Vault } from '../store/sealed.ts';

/** What is beyond is not counted: a list costs the same however much waits. */
const COUNTED = 1_000;

/** A webhook as people see it: never its secret. */
export async function webhookView({ deliveries }: Collections, vault: Vault, row: WebhookRow) {
  const { _id: id, organisationId, name, types, enabled, createdBy, generation } = row;
  const count = (filter: object) =>
    deliveries.countDocuments({ webhookId: id, ...filter }, { limit: COUNTED, hint: NEWEST_OF_STATE });
  const [pending, failed] = await Promise.all([
    enabled ? count({ state: 'pending', generation }) : 0,
    count({ state: 'failed' }),
  ]);
  const now = Date.now();
  const ahead = (at: Date | null) => (at !== null && at.getTime() > now ? timestamp(at.getTime()) : undefined);
  const past = (at: Date | null) => (at === null ? undefined : timestamp(at.getTime()));
  return withoutUndefined({
    id,
    organisationId,
    name,
    url: vault.open(row).url,
    types,
    enabled,
    disabledBecause: row.disabledBecause ?? '',
    disabledAt: past(row.disabledAt),
    revision: BigInt(row.revision),
    createdAt: timestamp(row.createdAt.getTime()),
    createdBy,
    failingSince: past(row.failingSince),
    lastDeliveredAt: past(row.lastDeliveredAt),
    pausedUntil: ahead(row.pausedUntil),
    oldSecretUntil: ahead(row.oldSecretUntil),
    pending,
    failed,
  });
}

function withoutUndefined<T extends object>(fields: T) {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>;
  };
}
