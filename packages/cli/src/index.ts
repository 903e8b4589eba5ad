export { type Applied, type ApplyWish, applyOrganisation } from './apply-organisation.ts';
export { parseOrganisation } from './parse-organisation.ts';
export type { OrganisationFile } from './schema.ts';
