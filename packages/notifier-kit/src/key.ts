import { create } from '@bufbuild/protobuf';
import type { NotificationKey, NotificationKind } from '@tocsin/domain';
import { InvalidInput } from '@tocsin/platform';
import {
  NotificationKeySchema,
  type NotificationKey as ProtoKey,
  NotificationKind as ProtoKind,
} from '@tocsin/proto/page/v1';

const KINDS: Record<NotificationKind, ProtoKind> = {
  page: ProtoKind.PAGE,
  taken: ProtoKind.TAKEN,
  update: ProtoKind.UPDATE,
  resolved: ProtoKind.RESOLVED,
};

/**
 * A notification's key, and whose people it names: their ids are their organisation's own. Empty where a version that did not
 * know of organisations made it; then the ids are nobody else's.
 */
export interface OwnedKey extends NotificationKey {
  organisationId: string;
}

/** The key as plain JSON. Throws InvalidInput naming the field that is missing. */
export function parseKey(key: ProtoKey | undefined): OwnedKey {
  if (!key) throw new InvalidInput('a notification has a key', { code: 'key-missing', field: 'key' });
  const kind = (Object.keys(KINDS) as NotificationKind[]).find((name) => KINDS[name] === key.kind);
  if (!kind)
    throw new InvalidInput('this kind of notification is not known', { code: 'kind-unknown', field: 'key.kind' });
  const { id, organisationId, incidentId, escalationId, round, layer, personId, contactMethodId, repeat } = key;
  const parsed = {
    id,
    organisationId,
    incidentId,
    escalationId,
    round,
    layer,
    personId,
    contactMethodId,
    repeat,
    kind,
  };
  for (const field of ['id', 'incidentId', 'escalationId', 'personId', 'contactMethodId'] as const) {
    if (parsed[field] !== '') continue;
    throw new InvalidInput('a part of the notification key is empty', {
      code: 'key-incomplete',
      field: `key.${field}`,
    });
  }
  return parsed;
}

export function protoKey(key: OwnedKey): ProtoKey {
  return create(NotificationKeySchema, { ...key, kind: KINDS[key.kind] });
}
