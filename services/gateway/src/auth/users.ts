import { Conflict, Forbidden, isDuplicateKey, NotFound, newId } from '@tocsin/platform';
import type { ClientSession } from 'mongodb';
import type { Vault } from '../crypto/vault.ts';
import type { Collections, UserRow } from '../store/collections.ts';
import type { Principal } from './principal.ts';
import { atLeast, type Role } from './roles.ts';

export interface NewUser {
  organisationId: string;
  email: string;
  name: string;
  role: Role;
  personId?: string | null;
}

export interface Users {
  /** Throws `Conflict` where the mail address or the person is another user's. */
  add(user: NewUser, tx: ClientSession): Promise<UserRow>;
  byId(id: string, tx?: ClientSession): Promise<UserRow | undefined>;
  byEmail(email: string): Promise<UserRow | undefined>;
  /** What guesses at an address are counted under, whether a user has it or not. */
  accountOf(email: string): string;
  /** Of an organisation; throws `NotFound`. */
  of(organisationId: string, id: string, tx?: ClientSession): Promise<UserRow>;
  /** Sets fields, with the next version. Throws `Conflict` where the person is another user's. */
  update(id: string, set: Partial<UserRow>, tx: ClientSession): Promise<void>;
  /** In clear. */
  nameOf(user: UserRow): string;
  emailOf(user: UserRow): string;
  seal(user: UserRow, what: 'name' | 'email' | 'totp', text: string): Buffer;
  unseal(user: UserRow, what: 'totp', sealed: Uint8Array): string;
}

export function createUsers({ users }: Pick<Collections, 'users'>, vault: Vault, clock: () => number): Users {
  const within = (tx?: ClientSession) => (tx ? { session: tx } : {});
  const find = (filter: object, tx?: ClientSession) =>
    users.findOne(filter, within(tx)).then((row) => row ?? undefined);

  return {
    async add({ organisationId, email, name, role, personId = null }, tx) {
      // The index holds for each master key apart; while one takes another's place, an address may rest under either.
      if (vault.isRotating && (await find({ emailIndex: { $in: [...vault.emailIndexes(email)] } }, tx)))
        throw emailTaken();
      const _id = newId();
      const key = vault.newUserKey(_id);
      const row: UserRow = {
        _id,
        organisationId,
        key,
        name: vault.sealFor(key, _id, 'name', name),
        email: vault.sealFor(key, _id, 'email', email),
        emailIndex: vault.emailIndex(email),
        role,
        status: 'invited',
        personId,
        password: null,
        totp: null,
        recoveryCodes: [],
        passkeys: [],
        oidc: [],
        createdAt: new Date(clock()),
        version: 1,
      };
      await users.insertOne(row, { session: tx }).catch(throwTaken);
      return row;
    },
    byId: (id, tx) => find({ _id: id }, tx),
    byEmail: (email) => find({ emailIndex: { $in: [...vault.emailIndexes(email)] } }),
    accountOf: vault.emailIndex,
    async of(organisationId, id, tx) {
      const row = await find({ _id: id, organisationId }, tx);
      if (!row) throw new NotFound('there is no such user', { code: 'user-unknown', field: 'userId' });
      return row;
    },
    async update(id, set, tx) {
      await users.updateOne({ _id: id }, { $set: set, $inc: { version: 1 } }, { session: tx }).catch(throwTaken);
    },
    nameOf: (user) => vault.unsealFor(user.key, user._id, 'name', user.name),
    emailOf: (user) => vault.unsealFor(user.key, user._id, 'email', user.email),
    seal: (user, what, text) => vault.sealFor(user.key, user._id, what, text),
    unseal: (user, what, sealed) => vault.unsealFor(user.key, user._id, what, sealed),
  };
}

function throwTaken(error: unknown): never {
  if (!isDuplicateKey(error)) throw error;
  const index = (error as { keyPattern?: Record<string, unknown> }).keyPattern ?? {};
  if ('emailIndex' in index) {
    throw emailTaken();
  }
  if ('personId' in index) {
    throw new Conflict('another user is this person', { code: 'person-taken', field: 'personId' });
  }
  throw error;
}

function emailTaken(): Conflict {
  return new Conflict('another user has this mail address', { code: 'email-taken', field: 'email' });
}

/** Nobody gives a role above their own, nor changes who has one. */
export function requireRoleOver(principal: Principal, role: Role): void {
  if (atLeast(principal.role, role)) return;
  throw new Forbidden(`only a user with the role ${role} can do this`, { code: 'role-above-own' });
}
