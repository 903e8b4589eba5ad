import { createClient, type Logger, type NatsConnection, NotFound, services } from '@tocsin/platform';

/** What things are called. Who is unknown, or erased, is shown by the id. */
export interface Names {
  /** The organisation itself; its id where it is not known. */
  organisation: string;
  people: ReadonlyMap<string, string>;
  teams: ReadonlyMap<string, string>;
  schedules: ReadonlyMap<string, string>;
}

export interface Directory {
  /** An organisation's names, at most some seconds old; while the roster is away those of before, or none. */
  names(organisationId: string): Promise<Names>;
}

export interface Named {
  id: string;
  name: string;
}

export function nameOf(names: ReadonlyMap<string, string>, id: string): Named {
  return { id, name: names.get(id) ?? id };
}

interface Known {
  names: Names;
  /** Of the organisation, as the roster counts. */
  revision: bigint;
  checkedAt: number;
}

const GOOD_FOR_MS = 5_000;
const WITHIN_MS = 2_000;
const LISTS = ['people', 'teams', 'schedules'] as const;

type Read = Partial<Record<(typeof LISTS)[number], { id: string; name?: string }[]>> & {
  organisation?: { name?: string };
};

function noNames(organisation: string) {
  return { organisation, people: new Map(), teams: new Map(), schedules: new Map() } satisfies Names;
}

export function createDirectory(nc: NatsConnection, { log, clock }: { log: Logger; clock: () => number }): Directory {
  const roster = createClient(nc, services.directory, { timeoutMs: WITHIN_MS });
  const known = new Map<string, Known>();
  const asking = new Map<string, Promise<Known>>();

  async function look(organisationId: string, before: Known | undefined): Promise<Known> {
    const checkedAt = clock();
    try {
      // One small item says whether anything changed at all.
      const now = before && (await roster.read({ organisationId, kinds: ['team'], limit: 1 })).revision;
      if (before && before.revision === now) return { ...before, checkedAt };
      return { ...(await readAll(organisationId)), checkedAt };
    } catch (err) {
      if (!(err instanceof NotFound)) log.warn({ err }, 'names not read');
      return { names: before?.names ?? noNames(organisationId), revision: before?.revision ?? -1n, checkedAt };
    }
  }

  async function readAll(organisationId: string): Promise<Pick<Known, 'names' | 'revision'>> {
    const names = noNames(organisationId);
    let cursor = '';
    let revision = 0n;
    do {
      const page = await roster.read({ organisationId, kinds: ['person', 'team', 'schedule'], limit: 1_000, cursor });
      const read = JSON.parse(page.organisationJson) as Read;
      names.organisation = read.organisation?.name ?? organisationId;
      for (const kind of LISTS) {
        for (const { id, name } of read[kind] ?? []) names[kind].set(id, name ?? id);
      }
      ({ revision, nextCursor: cursor } = page);
    } while (cursor !== '');
    return { names, revision };
  }

  return {
    async names(organisationId) {
      const before = known.get(organisationId);
      if (before && clock() - before.checkedAt < GOOD_FOR_MS) return before.names;
      const looking =
        asking.get(organisationId) ?? look(organisationId, before).finally(() => asking.delete(organisationId));
      asking.set(organisationId, looking);
      const found = await looking;
      known.set(organisationId, found);
      return found.names;
    },
  };
}
