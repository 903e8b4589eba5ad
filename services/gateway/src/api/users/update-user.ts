import { Conflict } from '@tocsin/platform';
import type { ClientSession } from 'mongodb';
import { z } from 'zod';
import { roleSchema } from '../../auth/roles.ts';
import { requireRoleOver } from '../../auth/users.ts';
import type { Deps } from '../../deps.ts';
import { requireKnown } from '../../directory/require-known.ts';
import { etagOf, requireVersion } from '../../http/etag.ts';
import { defineOperation } from '../../operations/operation.ts';
import type { UserRow } from '../../store/collections.ts';
import { personIdSchema, userNameSchema } from '../fields.ts';
import { userParams, userSchema, userView } from './user-view.ts';

const changes = z.strictObject({
  name: userNameSchema.optional(),
  role: roleSchema.optional(),
  personId: personIdSchema.nullable().optional(),
  disabled: z.boolean().optional().describe('Ends all sessions, keys and links of the user; and back.'),
});

export const updateUser = defineOperation({
  id: 'users.update',
  method: 'PATCH',
  path: '/users/{userId}',
  summary: 'Change a user’s name, role or person, or disable the user',
  description: 'Somebody stays an active owner, always.',
  role: 'admin',
  ifMatch: 'required',
  params: userParams,
  body: changes,
  responses: { 200: { description: 'The user now.', body: userSchema, headers: { ETag: 'Of this version.' } } },
  async handle({ principal, params, body, caller, audit }, deps) {
    if (body.role) requireRoleOver(principal, body.role);
    const { organisationId } = principal;
    if (body.personId)
      await requireKnown(deps.nc, organisationId, { kind: 'person', id: body.personId, field: 'personId' });
    const changed = await audit.change(async (tx) => {
      const user = await deps.users.of(organisationId, params.userId, tx);
      requireVersion(caller.ifMatch, user.version);
      requireRoleOver(principal, user.role);
      const set = changesOf(user, body, deps);
      const fields = Object.keys(set);
      if (fields.length === 0) return { result: false };
      await requireOwnerLeft({ ...user, ...set }, deps, tx);
      await deps.users.update(user._id, set, tx);
      if (set.status === 'disabled') await endAll(user, deps, tx);
      return { result: true, said: { target: { kind: 'user', id: user._id }, fields } };
    });
    const user = await deps.users.of(organisationId, params.userId);
    const answer = { headers: { ETag: etagOf(user.version) }, body: userView(user, deps.users) };
    return { status: 200, ...answer, ...(changed ? {} : { changed: false }) };
  },
});

/** Only what is different from what is. */
function changesOf(user: UserRow, wish: z.output<typeof changes>, { users }: Deps): Partial<UserRow> {
  const { name, role, personId, disabled } = wish;
  const status = statusAfter(user, disabled);
  return {
    ...(name === undefined || name === users.nameOf(user) ? {} : { name: users.seal(user, 'name', name) }),
    ...(role === undefined || role === user.role ? {} : { role }),
    ...(personId === undefined || personId === user.personId ? {} : { personId }),
    ...(status === user.status ? {} : { status }),
  };
}

function statusAfter({ status, password, oidc, passkeys }: UserRow, disabled: boolean | undefined): UserRow['status'] {
  if (disabled === undefined) return status;
  if (disabled) return 'disabled';
  if (status !== 'disabled') return status;
  return password || oidc.length > 0 || passkeys.length > 0 ? 'active' : 'invited';
}

/** Appends to the audit take turns, so that two owners who end each other's role at the same instant are seen one after the other. */
async function requireOwnerLeft(after: UserRow, { collections }: Deps, tx: ClientSession): Promise<void> {
  const { _id, organisationId, role, status } = after;
  if (role === 'owner' && status === 'active') return;
  const others = { organisationId, role: 'owner', status: 'active', _id: { $ne: _id } } as const;
  if (await collections.users.findOne(others, { session: tx, projection: { _id: 1 } })) return;
  throw new Conflict('this is the last owner: make another one first', { code: 'last-owner' });
}

async function endAll({ _id }: UserRow, { sessions, collections }: Deps, tx: ClientSession): Promise<void> {
  await sessions.end(_id, {}, tx);
  await collections.tickets.deleteMany({ userId: _id }, { session: tx });
}
