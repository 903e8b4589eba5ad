import type { Person } from '../core/organisation.ts';
import { type PersonRow, personOf, rowOf } from '../store/collections.ts';
import type { DataKey, Vault } from './vault.ts';

/** Whose data key it is. */
export function keyOwner(organisationId: string, personId: string): string {
  return `${organisationId}|${personId}`;
}

/** A person as stored: name and addresses sealed, each address found by its index. */
export function sealPerson(vault: Vault, key: DataKey, organisationId: string, person: Person): PersonRow {
  const owner = keyOwner(organisationId, person.id);
  return {
    _id: rowOf(organisationId, person.id),
    organisationId,
    id: person.id,
    name: key.seal(person.name, nameContext(owner)),
    locale: person.locale,
    ...(person.timeZone === undefined ? {} : { timeZone: person.timeZone }),
    contactMethods: person.contactMethods.map(({ id, channel, address, name }) => ({
      id,
      channel,
      address: key.seal(address, addressContext(owner, id)),
      index: vault.indexOf(channel, address),
      ...(name === undefined ? {} : { name: key.seal(name, methodNameContext(owner, id)) }),
    })),
    rules: person.rules,
    deletedAt: null,
  };
}

export function unsealPerson(key: DataKey, row: PersonRow): Person {
  const owner = keyOwner(row.organisationId, personOf(row));
  return {
    id: personOf(row),
    name: unsealName(key, row),
    locale: row.locale,
    ...(row.timeZone === undefined ? {} : { timeZone: row.timeZone }),
    contactMethods: row.contactMethods.map(({ id, channel, address, name }) => ({
      id,
      channel,
      address: key.unseal(address, addressContext(owner, id)),
      ...(name === undefined ? {} : { name: key.unseal(name, methodNameContext(owner, id)) }),
    })),
    rules: row.rules,
  };
}

export function unsealName(key: DataKey, row: PersonRow): string {
  return key.unseal(row.name, nameContext(keyOwner(row.organisationId, personOf(row))));
}

export function unsealAddress(key: DataKey, row: PersonRow, method: PersonRow['contactMethods'][number]): string {
  return key.unseal(method.address, addressContext(keyOwner(row.organisationId, personOf(row)), method.id));
}

function addressContext(owner: string, contactMethodId: string): string {
  return `${owner}|${contactMethodId}`;
}

function methodNameContext(owner: string, contactMethodId: string): string {
  return `${owner}|#name of|${contactMethodId}`;
}

/** No contact method's id begins so. */
function nameContext(owner: string): string {
  return `${owner}|#name`;
}
