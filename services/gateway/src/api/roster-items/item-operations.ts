import { InvalidInput } from '@tocsin/platform';
import { z } from 'zod';
import type { Principal } from '../../auth/principal.ts';
import type { Role } from '../../auth/roles.ts';
import type { Deps } from '../../deps.ts';
import { etagOf } from '../../http/etag.ts';
import { defineOperation } from '../../operations/operation.ts';
import { deleteItem, type ItemKind, putItem, readItem, readItems } from '../../roster/items.ts';
import { pageOf, pageQuery } from '../paging.ts';
import { itemIdSchema } from './fields.ts';

/** What differs between the things of an organisation's file. */
export interface ItemArea<View extends z.ZodType, Body extends z.ZodType<{ id: string }>> {
  kind: ItemKind;
  /** The first part of the operations' ids, and of their paths. */
  area: string;
  /** As it is given, and as it is taken. */
  view: View;
  body: Body;
  /** The least role that may change one. */
  changes: Role;
  /** Throws `Forbidden` where the role alone does not say who may change this one. */
  requireMay?(principal: Principal, id: string, deps: Deps): Promise<void>;
  /** One as it is given in a list; as the roster gives it where absent. */
  viewOf?(value: unknown): z.input<View>;
  /** One by itself, for who asks: with what not everybody may see. */
  ownViewOf?(value: unknown, principal: Principal, deps: Deps): Promise<z.input<View>>;
  /** What the roster takes; as it was sent where absent. */
  itemOf?(body: z.output<Body>): { id: string };
}

const ETAG = { ETag: 'Of this version: what an edit names in `If-Match`.' };

/**
 * The five operations that each kind of thing has: people edit one at a time what `tocsin apply` does with a whole file, and the
 * roster holds both to the same rules.
 */
export function itemOperations<View extends z.ZodType, Body extends z.ZodType<{ id: string }>>({
  kind,
  area,
  view,
  body,
  changes,
  requireMay = async () => {},
  viewOf = (value) => value as z.input<View>,
  ownViewOf = async (value) => viewOf(value),
  itemOf = (item) => item as { id: string },
}: ItemArea<View, Body>) {
  const param = `${kind}Id`;
  const params = z.strictObject({ [param]: itemIdSchema });
  const path = `/${area}`;
  const idIn = (given: Record<string, string>) => given[param]!;

  async function present(principal: Principal, id: string, deps: Deps) {
    const { value, revision } = await readItem(deps.nc, principal.organisationId, kind, id, param);
    return { headers: { ETag: etagOf(revision) }, body: await ownViewOf(value, principal, deps) };
  }

  const list = defineOperation({
    id: `${area}.list`,
    method: 'GET',
    path,
    summary: `The ${area} of the roster`,
    role: 'observer',
    query: pageQuery,
    responses: { 200: { description: 'By their ids.', body: pageOf(view) } },
    async handle({ principal: { organisationId }, query }, { nc }) {
      const { items, nextCursor } = await readItems(nc, organisationId, kind, query);
      return { status: 200, body: { items: items.map(viewOf), nextCursor } };
    },
  });

  const show = defineOperation({
    id: `${area}.show`,
    method: 'GET',
    path: `${path}/{${param}}`,
    summary: `One ${kind}`,
    role: 'observer',
    params,
    responses: { 200: { description: `The ${kind}.`, body: view, headers: ETAG } },
    handle: async (call, deps) => ({ status: 200, ...(await present(call.principal, idIn(call.params), deps)) }),
  });

  const create = defineOperation({
    id: `${area}.create`,
    method: 'POST',
    path,
    summary: `Make a ${kind}`,
    role: 'admin',
    body,
    responses: { 201: { description: `The new ${kind}.`, body: view, headers: ETAG } },
    async handle({ principal, body: wish, caller: { requestKey }, audit }, deps) {
      const item = itemOf(wish as z.output<Body>);
      const { organisationId } = principal;
      await audit.around({ target: { kind, id: item.id }, fields: fieldsIn(item) }, () =>
        putItem(deps.nc, { organisationId, kind, item, seen: 'none', requestKey }),
      );
      return { status: 201, ...(await present(principal, item.id, deps)) };
    },
  });

  const update = defineOperation({
    id: `${area}.update`,
    method: 'PUT',
    path: `${path}/{${param}}`,
    summary: `Change a ${kind}`,
    description: 'What was read may be put back. What is left out goes.',
    role: changes,
    ifMatch: 'required',
    params,
    body,
    responses: { 200: { description: `The ${kind} now.`, body: view, headers: ETAG } },
    async handle({ principal, params: given, body: wish, caller, audit }, deps) {
      const id = idIn(given);
      const item = itemOf(wish as z.output<Body>);
      if (item.id !== id)
        throw new InvalidInput(`stays ${id}: make another one instead`, { code: 'id-fixed', field: 'id' });
      await requireMay(principal, id, deps);
      const { organisationId } = principal;
      const asked = { organisationId, kind, item, seen: caller.ifMatch, requestKey: caller.requestKey };
      await audit.around(
        { target: { kind, id } },
        () => putItem(deps.nc, asked),
        (made) => made.flatMap(({ fields }) => fields),
      );
      return { status: 200, ...(await present(principal, id, deps)) };
    },
  });

  const remove = defineOperation({
    id: `${area}.delete`,
    method: 'DELETE',
    path: `${path}/{${param}}`,
    summary: `Delete a ${kind}`,
    description: 'Refused while something refers to it, with the list of what does.',
    role: 'admin',
    ifMatch: 'required',
    params,
    responses: { 204: { description: 'It is gone.' } },
    async handle({ principal: { organisationId }, params: given, caller, audit }, { nc }) {
      const item = { id: idIn(given) };
      const asked = { organisationId, kind, item, seen: caller.ifMatch, requestKey: caller.requestKey };
      await audit.around({ target: { kind, id: item.id } }, () => deleteItem(nc, asked));
      return { status: 204 };
    },
  });

  return { list, show, create, update, remove };
}

function fieldsIn(item: object): string[] {
  return Object.keys(item).filter((name) => name !== 'id');
}
