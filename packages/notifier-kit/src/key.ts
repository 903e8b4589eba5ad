import { create } from '@bufbuild/protobuf';
import type { NotificationKey, NotificationKind } from '@tocsin/domain';
import { InvalidInput } from '@tocsin/platform';
import {
  NotificationKeySchema,
  type NotificationKey as ProtoKey,
  NotificationKind as ProtoKind,
} from '@tocsin/proto/page/v1';

/** What a plan tells of an incident; and what somebody asked for beside any: a code for a contact method, or a test of it. */
export type Kind = NotificationKind | 'code' | 'test';

const KINDS: Record<Kind, ProtoKind> = {
  page: ProtoKind.PAGE,
  taken: ProtoKind.TAKEN,
  update: ProtoKind.UPDATE,
  resolved: ProtoKind.RESOLVED,
  code: ProtoKind.CODE,
  test: ProtoKind.TEST,
};
const NEEDED = ['id', 'personId', 'contactMethodId'] as const;
const NEEDED_OF_INCIDENTS = ['incidentId', 'escalationId'] as const;

/**
 * A notification's key, and whose people it names: their ids are their organisation's own. Empty where a version that did not
 * know of organisations made it; then the ids are nobody else's.
 */
export interface OwnedKey extends Omit<NotificationKey, 'kind'> {
  organisationId: string;
  kind: Kind;
}

/** Whether an incident's plan made it. Of what it did not make, nobody but who asked is told. */
export function isOfIncident({ kind }: Pick<OwnedKey, 'kind'>): boolean {
  return kind !== 'code' && kind !== 'test';
}

/** The key as plain JSON. Throws InvalidInput naming the field that is missing. */
export function parseKey(key: ProtoKey | undefined): OwnedKey {
  if (!key) throw new InvalidInput('a notification has a key', { code: 'key-missing', field: 'key' });
  const kind = (Object.keys(KINDS) as Kind[]).find((name) => KINDS[name] === key.kind);
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
  for (const field of [...NEEDED, ...(isOfIncident(parsed) ? NEEDED_OF_INCIDENTS : [])]) {
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
