import type { Channel, FindByAddressResponse, ReachResponse } from '@tocsin/proto/roster/v1';
import type { OwnedKey } from './key.ts';

/** What a channel asks of the roster. */
export interface RosterClient {
  reach(
    request: { organisationId: string; personId: string; contactMethodId: string; mentionPersonIds: string[] },
    opts?: { timeoutMs?: number },
  ): Promise<ReachResponse>;
  findByAddress(
    request: { channel: Channel; address: string },
    opts?: { timeoutMs?: number },
  ): Promise<FindByAddressResponse>;
  forgetAddress(
    request: { organisationId: string; personId: string; contactMethodId: string; address: string },
    opts?: { timeoutMs?: number },
  ): Promise<unknown>;
}

export interface Reached {
  address: string;
  /** Display name of whoever was to be mentioned; empty where it is not known. */
  nameOf(personId: string): string;
}

/** The address behind a notification and the names its words need. Throws what the roster's client throws. */
export async function reach(
  roster: RosterClient,
  key: Pick<OwnedKey, 'organisationId' | 'personId' | 'contactMethodId'>,
  mention: string,
  timeoutMs: number,
): Promise<Reached> {
  const { organisationId, personId, contactMethodId } = key;
  const mentionPersonIds = mention === '' ? [] : [mention];
  const request = { organisationId, personId, contactMethodId, mentionPersonIds };
  const { address, mentioned } = await roster.reach(request, { timeoutMs });
  return { address, nameOf: (id) => mentioned[id] ?? '' };
}
