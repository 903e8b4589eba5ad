import { readNewest } from '@tocsin/platform';
import type { ListRequest } from '@tocsin/proto/alert/v1';
import { type Collections, LISTED } from '../store/collections.ts';
import { alertFrom } from './alert-from.ts';

const MOST = 200;
const USUAL = 50;

/** An organisation's alerts, or one integration's, newest first. */
export async function listAlerts(
  { alerts }: Collections,
  {
    organisationId,
    integrationId,
    limit,
    cursor,
  }: Pick<ListRequest, 'organisationId' | 'integrationId' | 'limit' | 'cursor'>,
) {
  const { rows, nextCursor } = await readNewest(alerts, {
    filter: { organisationId, ...(integrationId === '' ? {} : { integrationId }) },
    by: 'receivedAt',
    limit: Math.min(Math.max(limit || USUAL, 1), MOST),
    cursor,
    hint: integrationId === '' ? LISTED.all : LISTED.ofIntegration,
  });
  return { alerts: rows.map(alertFrom), nextCursor };
}
