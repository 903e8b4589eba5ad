import { Conflict, NotFound } from '@tocsin/platform';
import type { DeleteRequest } from '@tocsin/proto/roster/v1';
import { referrersOf } from '../../core/referrers.ts';
import type { ApplyDeps } from '../apply.ts';
import { type Edited, edit, expectRevision } from './edit.ts';
import { listOf } from './put-item.ts';

/**
 * Deletes one item; a person's name and addresses can never be read again. Throws `NotFound`, and `Conflict` with the list of what
 * still refers to it, or where it is not as expected.
 */
export function deleteItem(
  deps: ApplyDeps,
  {
    organisationId,
    kind,
    id,
    expectedRevision,
  }: Pick<DeleteRequest, 'organisationId' | 'kind' | 'id' | 'expectedRevision'>,
): Promise<Edited> {
  const list = listOf(kind);
  return edit(deps, organisationId, (present) => {
    const { organisation: whole } = present;
    if (!whole[list].some((one) => one.id === id))
      throw new NotFound(`no ${kind} is called ${id}`, { code: `${kind}-unknown`, field: 'id' });
    expectRevision(present, kind, id, expectedRevision);
    const referrers = referrersOf(whole, kind, id);
    if (referrers.length > 0)
      throw new Conflict(`still in ${referrers.join('; ')}`, { code: 'still-referred-to', field: 'id' });
    return { ...whole, [list]: whole[list].filter((one) => one.id !== id) };
  });
}
