import { expect, test } from '@jest/globals';
import { GENESIS_HASH, linkHash } from '@tocsin/platform';
import { parseHead, verifyAudit } from '../src/verify-audit.ts';

function exportOf(length: number): string[] {
  let previousHash = GENESIS_HASH;
  return Array.from({ length }, (_, i) => {
    const link = { position: i + 1, previousHash, action: 'users.invite', target: { kind: 'user', id: `u${i}` } };
    previousHash = linkHash(link);
    return JSON.stringify({ ...link, hash: previousHash });
  });
}

async function* each(lines: string[]): AsyncIterable<string> {
  yield* lines;
}

const headOf = (lines: string[]) => {
  const { position, hash } = JSON.parse(lines.at(-1)!) as { position: number; hash: string };
  return { position, hash };
};

test('a whole log says how long it is, and its head', async () => {
  const lines = exportOf(4);
  expect(await verifyAudit(each([...lines, '']))).toEqual({ whole: true, entries: 4, head: headOf(lines) });
  expect(await verifyAudit(each([]))).toEqual({ whole: true, entries: 0, head: undefined });
});

test.each([
  ['changed', (lines: string[]) => lines.with(2, lines[2]!.replace('u2', 'u9')), 3],
  ['removed', (lines: string[]) => lines.toSpliced(1, 1), 2],
  ['removed at the beginning', (lines: string[]) => lines.slice(1), 1],
  ['replaced by something else', (lines: string[]) => lines.with(3, '{"position":4}'), 4],
  ['replaced by no JSON', (lines: string[]) => lines.with(0, 'x'), 1],
])('an entry that was %s is named', async (_, harm, position) => {
  expect(await verifyAudit(each(harm(exportOf(5))))).toMatchObject({ whole: false, position });
});

test('an earlier head tells a log that was cut off, and one that was written anew', async () => {
  const lines = exportOf(5);
  const known = headOf(lines.slice(0, 4));
  expect(await verifyAudit(each(lines), known)).toMatchObject({ whole: true });
  expect(await verifyAudit(each(lines.slice(0, 3)), known)).toMatchObject({ whole: false, position: 4 });
  const anew = await verifyAudit(each(lines), { ...known, hash: 'f'.repeat(64) });
  expect(anew).toMatchObject({ whole: false, position: 4 });
});

test('a head is what a verification printed', () => {
  expect(parseHead(`12:${'a'.repeat(64)}`)).toEqual({ position: 12, hash: 'a'.repeat(64) });
  expect(() => parseHead('12')).toThrow('--head must be <position>:<hash>');
});
