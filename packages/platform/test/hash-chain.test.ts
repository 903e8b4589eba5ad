import { expect, test } from '@jest/globals';
import { brokenLink, canonicalJson, GENESIS_HASH, type Json, type Link, linkHash } from '../src/index.ts';

test.each<[string, Json, string]>([
  [
    'names in order of UTF-16 units',
    { '\u20ac': 1, '\r': 2, '1': 3, '\u0080': 4, '\ud83d\ude00': 5 },
    '{"\\r":2,"1":3,"\u0080":4,"\u20ac":1,"\ud83d\ude00":5}',
  ],
  [
    'numbers as ECMAScript writes them',
    [333333333.3333333, 1e30, 4.5, 2e-3, 1e-27],
    '[333333333.3333333,1e+30,4.5,0.002,1e-27]',
  ],
  [
    'literals and nesting',
    { b: [null, true, { z: '', a: '"' }], a: {} },
    '{"a":{},"b":[null,true,{"a":"\\"","z":""}]}',
  ],
])('canonical JSON (RFC 8785): %s', (_, value, text) => {
  expect(canonicalJson(value)).toBe(text);
});

function chainOf(length: number) {
  const links: (Link & { [name: string]: Json })[] = [];
  for (let position = 1; position <= length; position += 1) {
    const link = { position, previousHash: links.at(-1)?.hash ?? GENESIS_HASH, said: `entry ${position}` };
    links.push({ ...link, hash: linkHash(link) });
  }
  return links;
}

function firstBroken(links: (Link & { [name: string]: Json })[]): number | undefined {
  const at = links.findIndex((link, i) => brokenLink(link, links[i - 1]) !== undefined);
  return at < 0 ? undefined : at + 1;
}

test('a chain is whole', () => expect(firstBroken(chainOf(5))).toBeUndefined());

test.each([
  ['changed', (links: Link[]) => Object.assign(links[2]!, { said: 'something else' }), 3],
  [
    'changed, and hashed anew',
    (links: Link[]) =>
      Object.assign(links[2]!, { said: 'else', hash: linkHash({ ...links[2], said: 'else' } as never) }),
    4,
  ],
  ['given another name', (links: Link[]) => Object.assign(links[2]!, { more: 1 }), 3],
  ['removed', (links: Link[]) => links.splice(2, 1), 3],
  ['put in between', (links: Link[]) => links.splice(2, 0, { ...links[1]! }), 3],
  ['exchanged with the next', (links: Link[]) => links.splice(2, 2, links[3]!, links[2]!), 3],
])('an entry that was %s breaks it there', (_, harm, position) => {
  const links = chainOf(6);
  harm(links);
  expect(firstBroken(links)).toBe(position);
});
