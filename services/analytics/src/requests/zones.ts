import type { Client } from '@tocsin/platform';
import type { Roster } from '@tocsin/proto/roster/v1';

/** In which zones people live. */
export interface Zones {
  /** Each person's zone; those whom the roster does not know (any more), and who never said, are left out. */
  of(organisationId: string, people: readonly string[], deadlineAt: number): Promise<ReadonlyMap<string, string>>;
}

const KEPT_MS = 5 * 60_000;
const AT_ONCE = 1_000;

/** Asks the roster, and remembers for five minutes. A roster that is away is an error: a wrong night is worse than none. */
export function createZones(roster: Client<typeof Roster>): Zones {
  const kept = new Map<string, { zone: string | undefined; until: number }>();
  const nameOf = (organisationId: string, person: string) => `${organisationId}/${person}`;

  return {
    async of(organisationId, people, deadlineAt) {
      const now = Date.now();
      const asked = people.filter((person) => (kept.get(nameOf(organisationId, person))?.until ?? 0) <= now);
      for (let from = 0; from < asked.length; from += AT_ONCE) {
        const personIds = asked.slice(from, from + AT_ONCE);
        const { zones } = await roster.timeZones({ organisationId, personIds }, { deadlineAt });
        for (const person of personIds) {
          kept.set(nameOf(organisationId, person), { zone: zones[person], until: now + KEPT_MS });
        }
      }
      const found = people.map((person) => [person, kept.get(nameOf(organisationId, person))?.zone] as const);
      return new Map(found.filter((pair): pair is readonly [string, string] => pair[1] !== undefined));
    },
  };
}
