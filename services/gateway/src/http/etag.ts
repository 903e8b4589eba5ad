import { Conflict } from '@tocsin/platform';
import { Refusal } from './problem.ts';

/** The ETag of a version of something that is edited. Strong: the same version has the same bytes. */
export function etagOf(version: number | bigint | string): string {
  return `"v${version}"`;
}

/** The `If-Match` of an edit. `*` is refused: it would overwrite whatever somebody else wrote meanwhile. */
export function parseIfMatch(header: string | undefined): string {
  if (header === undefined) {
    throw new Refusal(428, 'if-match-missing', 'say which version you saw: If-Match with the ETag that came with it');
  }
  if (!/^"[!#-~]*"$/.test(header)) throw new Refusal(400, 'if-match-invalid', 'If-Match must be one ETag in quotes');
  return header;
}

/** Refuses an edit of another version than the present one. */
export function requireVersion(ifMatch: string | undefined, version: number | string): void {
  if (ifMatch !== etagOf(version)) throw versionChanged();
}

/** The version that an ETag of ours names, for a service that compares it itself; undefined for an ETag that is none of ours. */
export function versionIn(ifMatch: string | undefined): bigint | undefined {
  const [, version] = /^"v(\d{1,18})"$/.exec(ifMatch ?? '') ?? [];
  return version === undefined ? undefined : BigInt(version);
}

/** An edit of what another service keeps: it is told which revision was seen, and refuses any other. */
export async function editSeen<T>(ifMatch: string | undefined, edit: (revision: bigint) => Promise<T>): Promise<T> {
  const revision = versionIn(ifMatch);
  // Revisions count from 1; 0 would be any.
  if (!revision) throw versionChanged();
  try {
    return await edit(revision);
  } catch (error) {
    throw error instanceof Conflict && error.code === 'revision-changed' ? versionChanged() : error;
  }
}

export function versionChanged(): Refusal {
  return new Refusal(412, 'version-changed', 'it was changed meanwhile: read it again');
}
