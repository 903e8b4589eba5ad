import { InvalidInput } from '@tocsin/platform';
import { z } from 'zod';
import { credentialHash } from '../core/keys.ts';
import { sources } from '../sources/index.ts';
import type { IntegrationRow } from '../store/collections.ts';

const id = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/, 'is 1 to 100 letters, digits, ".", "_" or "-"');

const integration = z.object({
  id,
  name: z.string().trim().min(1, 'is missing').max(200),
  source: z.string().refine((source) => sources.has(source), `is one of: ${[...sources.keys()].join(', ')}`),
  teamId: z.string().max(200),
  // It stands in a URL's path as it is, and must not be guessed.
  key: z.union([
    z.literal(''),
    z.string().regex(/^[A-Za-z0-9._~-]{16,200}$/, 'is 16 to 200 letters, digits, ".", "_", "~" or "-"'),
  ]),
  drill: z.boolean(),
});

export interface Wanted extends Omit<IntegrationRow, 'keyHash'> {
  /** Absent: the key that it has is kept. */
  keyHash?: string;
}

/** Integrations as asked for, checked. Throws `InvalidInput` naming the first wrong field and all problems. */
export function parseIntegrations(organisationId: string, requested: unknown[]): Wanted[] {
  requireOrganisation(organisationId);
  const parsed = z.array(integration).max(10_000).safeParse(requested);
  if (!parsed.success) {
    throw invalid(parsed.error.issues.map(({ path, message }) => ({ field: fieldOf(path), message })));
  }
  const wanted = parsed.data.map(({ key, ...rest }) => ({
    _id: `${organisationId}/${rest.id}`,
    organisationId,
    ...rest,
    ...(key === '' ? {} : { keyHash: credentialHash(key) }),
    disabled: false,
  }));
  requireDistinct(wanted, 'id', (row) => row.id);
  requireDistinct(wanted, 'key', (row) => row.keyHash);
  return wanted;
}

/** One integration without its key, which is made and not given. Throws `InvalidInput` naming the field, after `inside`. */
export function parseIntegration(organisationId: string, requested: unknown, inside = ''): Wanted {
  requireOrganisation(organisationId);
  const parsed = integration.omit({ key: true }).safeParse(requested);
  if (!parsed.success) {
    throw invalid(
      parsed.error.issues.map(({ path, message }) => ({ field: `${inside}${fieldName(path[0])}`, message })),
    );
  }
  return { _id: `${organisationId}/${parsed.data.id}`, organisationId, ...parsed.data, disabled: false };
}

function requireOrganisation(organisationId: string): void {
  const organisation = id.safeParse(organisationId);
  if (organisation.success) return;
  throw invalid([{ field: 'organisation_id', message: organisation.error.issues[0]!.message }]);
}

function requireDistinct(wanted: Wanted[], field: string, read: (row: Wanted) => string | undefined): void {
  const seen = new Set<string>();
  for (const [at, row] of wanted.entries()) {
    const value = read(row);
    if (value === undefined) continue;
    if (seen.has(value)) throw invalid([{ field: `integrations[${at}].${field}`, message: 'is there twice' }]);
    seen.add(value);
  }
}

function fieldOf(path: PropertyKey[]): string {
  const [at, field] = path;
  if (at === undefined) return 'integrations';
  return `integrations[${String(at)}]${field === undefined ? '' : `.${fieldName(field)}`}`;
}

function fieldName(field: PropertyKey | undefined): string {
  return field === 'teamId' ? 'team_id' : String(field ?? '');
}

function invalid(problems: { field: string; message: string }[]): InvalidInput {
  const phrase = problems.map(({ field, message }) => `${field}: ${message}`).join('; ');
  return new InvalidInput(phrase, { code: 'integration-invalid', field: problems[0]?.field });
}
