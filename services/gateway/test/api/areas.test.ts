import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { operations } from '../../src/api/operations.ts';
import { areaOf } from '../../src/openapi/document.ts';

const areas = [...new Set(operations.map(areaOf))];

test.each(areas)('the operations of %s have their test, which fails where one of them was not exercised', (area) => {
  const file = `${area.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}.test.ts`;
  expect(readFileSync(new URL(file, import.meta.url), 'utf8')).toContain(`\nexpectExercised('${area}');`);
});

test('ids and places are each of one operation', () => {
  expect(new Set(operations.map(({ id }) => id)).size).toBe(operations.length);
  expect(new Set(operations.map(({ method, path }) => `${method} ${path}`)).size).toBe(operations.length);
});
