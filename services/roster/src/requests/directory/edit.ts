import { Conflict, InvalidInput, inTransaction, NotFound } from '@tocsin/platform';
import type { ClientSession } from 'mongodb';
import { type Change, changesBetween } from '../../core/changes.ts';
import type { Invalid, Organisation } from '../../core/organisation.ts';
import { findBrokenReference } from '../../core/references.ts';
import { type Present, presentOrganisation } from '../../store/present-organisation.ts';
import { writeChanges } from '../../store/write-changes.ts';
import type { ApplyDeps } from '../apply.ts';

export interface EditOptions {
  /** How a field of the whole is called by who asked. */
  fieldOf?: (field: string) => string;
  /** Say what would change, and change nothing. */
  dryRun?: boolean;
  /** What is written besides, where anything was changed. */
  alsoWrite?: (session: ClientSession) => Promise<void>;
}

export interface Edited {
  /** The organisation's now. */
  revision: number;
  changes: Change[];
}

/**
 * Changes a part of an organisation as it is now, in one transaction, under the rules that a whole file is held to. `work` makes
 * the wanted organisation of the present one.
 */
export async function edit(
  deps: ApplyDeps,
  organisationId: string,
  work: (present: Present) => Organisation,
  { fieldOf = (field) => field, dryRun = false, alsoWrite }: EditOptions = {},
): Promise<Edited> {
  return inTransaction(deps.client, async (session) => {
    const present = await presentOrganisation(deps, organisationId, session);
    if (!present) throw unknownOrganisation(organisationId);
    const wanted = work(present);
    const broken = findBrokenReference(wanted);
    if (broken) throw invalid([{ ...broken, field: fieldOf(broken.field) }]);
    const changes = changesBetween(present.organisation, wanted);
    if (dryRun || changes.length === 0) return { revision: present.revision, changes };
    await writeChanges(deps, wanted, changes, present.revision + 1, session);
    await alsoWrite?.(session);
    return { revision: present.revision + 1, changes };
  });
}

/** Throws `Conflict` where an item is not as who asks has read it; nothing expected is nothing refused. */
export function expectRevision({ revisions }: Present, kind: string, id: string, expected: bigint | undefined): void {
  if (expected === undefined) return;
  const revision = revisions.get(`${kind}/${id}`);
  if (expected === 0n && revision !== undefined)
    throw new Conflict(`there is a ${kind} ${id} already`, { code: 'already-exists', field: 'expected_revision' });
  if (expected !== BigInt(revision ?? 0))
    throw new Conflict('somebody changed it since', { code: 'revision-changed', field: 'expected_revision' });
}

export function invalid(problems: Invalid[]): InvalidInput {
  const phrase = problems.map(({ field, message }) => `${field}: ${message}`).join('; ');
  return new InvalidInput(phrase, { code: 'item-invalid', field: problems[0]?.field });
}

export function unknownOrganisation(organisationId: string): NotFound {
  return new NotFound(`no organisation is called ${organisationId}`, {
    code: 'organisation-unknown',
    field: 'organisation_id',
  });
}
