import type { ListIntegrationsRequest } from '@tocsin/proto/alert/v1';
import { sources } from '../../sources/index.ts';
import type { Collections } from '../../store/collections.ts';
import { integrationView } from './integration-view.ts';

const MOST = 200;
const USUAL = 50;

type Wishes = Pick<ListIntegrationsRequest, 'organisationId' | 'integrationId' | 'withDisabled' | 'limit' | 'cursor'>;

/** An organisation's integrations by their ids, and the sources that there are. The cursor is the last id. */
export async function listIntegrations(collections: Collections, request: Wishes) {
  const { organisationId, integrationId, withDisabled, cursor } = request;
  const limit = Math.min(Math.max(request.limit || USUAL, 1), MOST);
  const ids =
    integrationId === '' ? { $gt: `${organisationId}/${cursor}` } : { $eq: `${organisationId}/${integrationId}` };
  const found = await collections.integrations
    .find({ _id: ids, organisationId, ...(withDisabled ? {} : { disabled: false }) })
    .sort({ _id: 1 })
    .limit(limit + 1)
    .toArray();
  const rows = found.slice(0, limit);
  return {
    integrations: await Promise.all(rows.map((row) => integrationView(collections, row))),
    nextCursor: found.length > limit ? rows.at(-1)!.id : '',
    sources: [...sources.keys()],
  };
}
