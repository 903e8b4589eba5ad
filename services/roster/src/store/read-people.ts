import { createBatch } from '@tocsin/platform';
import { type Collections, ofPeople, personOf } from './collections.ts';

/** Whom somebody asks for; of every organisation that has such people where it is empty. */
export interface WantedPeople {
  organisationId: string;
  personIds: readonly string[];
  timeoutMS: number;
}

/** Reads people with their keys: a hundred who are paged at once are asked for one by one, and read together. */
export function createPeopleReader({ people, keys }: Pick<Collections, 'people' | 'keys'>) {
  async function readOf(organisationId: string, all: readonly WantedPeople[]) {
    const wanted = ofPeople(organisationId, [...new Set(all.flatMap((one) => one.personIds))]);
    const timeoutMS = Math.max(...all.map((one) => one.timeoutMS));
    const [rows, keyRows] = await Promise.all([
      people.find({ ...wanted, deletedAt: null }, { timeoutMS }).toArray(),
      keys.find(wanted, { timeoutMS }).toArray(),
    ]);
    return { rows, wrapped: new Map(keyRows.map((row) => [row._id, row.wrapped])) };
  }

  return createBatch(async (asked: WantedPeople[]) => {
    const byOrganisation = Map.groupBy(asked, (one) => one.organisationId);
    const read = new Map(
      await Promise.all([...byOrganisation].map(async ([id, all]) => [id, await readOf(id, all)] as const)),
    );
    return asked.map(({ organisationId, personIds }) => {
      const { rows, wrapped } = read.get(organisationId)!;
      return { rows: rows.filter((row) => personIds.includes(personOf(row))), wrapped };
    });
  });
}

export type PeopleReader = ReturnType<typeof createPeopleReader>;
