import { expect, test } from '@jest/globals';
import { crashMatrix } from './crash-matrix.ts';
import { APART, INTAKE_CASES, LOST_RECEIPTS, PAGING_CASES, pointsInSources } from './points.ts';

test('every crash point in the sources is in a matrix, a lost receipt’s, or beside its service', async () => {
  const cases = [...INTAKE_CASES, ...PAGING_CASES];
  const died = new Set([...cases.flatMap((one) => one.points), ...LOST_RECEIPTS.map(([, point]) => point), ...APART]);
  expect([...died].sort()).toEqual([...(await pointsInSources())].sort());
});

crashMatrix('intake', 'A service killed at each durable step: what takes alerts and answers in', INTAKE_CASES);
