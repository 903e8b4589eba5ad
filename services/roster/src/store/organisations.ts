import { inTransaction } from '@tocsin/platform';
import type { ClientSession, Collection, MongoClient } from 'mongodb';
import { type Change, changesBetween } from '../core/changes.ts';
import type { Organisation, Person } from '../core/organisation.ts';
import type { Collections, Owned, PersonDoc } from './collections.ts';
import type { Vault } from './vault.ts';

export interface StoreDeps {
  client: MongoClient;
  collections: Collections;
  vault: Vault;
}

/** An organisation as it stands, addresses and all; null where there is none. */
export async function readOrganisation(
  { collections, vault }: StoreDeps,
  id: string,
  session?: ClientSession,
): Promise<Organisation | null> {
  const options = session ? { session } : {};
  const organisation = await collections.organisations.findOne({ _id: id }, options);
  if (!organisation) return null;
  const people = await collections.people.find({ organisationId: id }, options).sort({ _id: 1 }).toArray();
  const keys = await keysOf(collections, people, session);
  const definitions = async <T>(collection: Collection<Owned<T>>): Promise<T[]> => {
    const docs = await collection
      .find({ organisationId: id } as object, options)
      .sort({ _id: 1 })
      .toArray();
    return docs.map((doc) => doc.definition as T);
  };
  return {
    organisation: { id: organisation.id, name: organisation.name, defaultPolicyId: organisation.defaultPolicyId },
    people: people.map((doc) => personFrom(vault, doc, keys.get(doc._id) ?? '')),
    teams: await definitions(collections.teams),
    schedules: await definitions(collections.schedules),
    policies: await definitions(collections.policies),
  };
}

/** Makes an organisation what `wanted` says, in one transaction. What it leaves out is deleted; a person's key goes with them. */
export async function writeOrganisation(deps: StoreDeps, wanted: Organisation, dryRun: boolean): Promise<Change[]> {
  const { collections } = deps;
  return inTransaction(deps.client, async (session) => {
    const { id } = wanted.organisation;
    const present = await readOrganisation(deps, id, session);
    const changes = changesBetween(present && sorted(present), sorted(wanted));
    if (dryRun || changes.length === 0) return changes;
    for (const change of changes) await carryOut(deps, session, wanted, change);
    await collections.organisations.updateOne(
      { _id: id },
      { $set: { ...wanted.organisation }, $inc: { version: 1 } },
      { session, upsert: true },
    );
    return changes;
  });
}

async function carryOut(
  { collections, vault }: StoreDeps,
  session: ClientSession,
  wanted: Organisation,
  change: Change,
): Promise<void> {
  const organisationId = wanted.organisation.id;
  const _id = `${organisationId}/${change.id}`;
  const put = async <T extends { id: string }>(collection: Collection<Owned<T>>, list: T[]) => {
    const definition = list.find((one) => one.id === change.id);
    if (change.action === 'delete' || !definition) await collection.deleteOne({ _id } as object, { session });
    else
      await collection.replaceOne({ _id } as object, { organisationId, definition } as never, {
        session,
        upsert: true,
      });
  };
  switch (change.kind) {
    case 'organisation':
      return;
    case 'team':
      return put(collections.teams, wanted.teams);
    case 'schedule':
      return put(collections.schedules, wanted.schedules);
    case 'policy':
      return put(collections.policies, wanted.policies);
    case 'person': {
      const person = wanted.people.find((one) => one.id === change.id);
      if (change.action === 'delete' || !person) {
        await collections.people.deleteOne({ _id }, { session });
        await collections.keys.deleteOne({ _id }, { session });
        return;
      }
      const known = await collections.keys.findOne({ _id }, { session });
      const key = known?.key ?? vault.newKey(_id);
      if (!known) await collections.keys.insertOne({ _id, key }, { session });
      await collections.people.replaceOne({ _id }, personTo(vault, organisationId, person, key), {
        session,
        upsert: true,
      });
      return;
    }
    default:
      change.kind satisfies never;
  }
}

export async function keysOf(
  collections: Collections,
  people: { _id: string }[],
  session?: ClientSession,
): Promise<Map<string, string>> {
  const docs = await collections.keys
    .find({ _id: { $in: people.map((one) => one._id) } }, session ? { session } : {})
    .toArray();
  return new Map(docs.map((doc) => [doc._id, doc.key]));
}

function personTo(vault: Vault, organisationId: string, person: Person, key: string): Omit<PersonDoc, '_id'> {
  const whose = `${organisationId}/${person.id}`;
  return {
    organisationId,
    personId: person.id,
    name: vault.seal(key, whose, 'name', person.name),
    locale: person.locale,
    timeZone: person.timeZone ?? null,
    contactMethods: person.contactMethods.map(({ id, channel, address }) => ({
      id,
      channel,
      address: vault.seal(key, whose, id, address),
      index: vault.index(channel, address),
    })),
    rules: person.rules,
  };
}

function personFrom(vault: Vault, doc: PersonDoc, key: string): Person {
  const { personId, locale, timeZone, rules } = doc;
  return {
    id: personId,
    name: vault.open(key, doc._id, 'name', doc.name),
    locale,
    ...(timeZone === null ? {} : { timeZone }),
    contactMethods: doc.contactMethods.map(({ id, channel, address }) => ({
      id,
      channel,
      address: vault.open(key, doc._id, id, address),
    })),
    rules,
  };
}

/** The order of a file's lists means nothing where ids do. */
function sorted(organisation: Organisation): Organisation {
  const byId = <T extends { id: string }>(list: T[]) => list.toSorted((a, b) => (a.id < b.id ? -1 : 1));
  const { people, teams, schedules, policies } = organisation;
  return {
    ...organisation,
    people: byId(people),
    teams: byId(teams),
    schedules: byId(schedules),
    policies: byId(policies),
  };
}
