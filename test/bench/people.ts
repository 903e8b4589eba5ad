import type { TestOrganisation, TestPerson } from '../harness/organisation.ts';

/** So many people, all in the first layer, each with a phone that takes messages and calls. */
export function people(count: number): Pick<TestOrganisation, 'people' | 'layers'> {
  const everybody: TestPerson[] = Array.from({ length: count }, (_, index) => ({ id: `person-${index + 1}` }));
  return { people: [...everybody, { id: 'boss' }], layers: [everybody.map((one) => one.id)] };
}
