import { createHash } from 'node:crypto';

export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

/** What a link of a chain holds beside its own content. */
export interface Link {
  /** 1, 2, 3 … without gaps. */
  position: number;
  /** The hash of the link before; `GENESIS_HASH` in the first. */
  previousHash: string;
  /** SHA-256, in hex, of the canonical form of everything else in the link. */
  hash: string;
}

export const GENESIS_HASH = '0'.repeat(64);

/** JSON in one form only (RFC 8785): names in the order of their UTF-16 units, no white space, numbers as ECMAScript writes them. */
export function canonicalJson(value: Json): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  const members = value as { readonly [name: string]: Json };
  const names = Object.keys(members).sort();
  return `{${names.map((name) => `${JSON.stringify(name)}:${canonicalJson(members[name]!)}`).join(',')}}`;
}

/** The hash of a link: of all it holds but the hash itself. */
export function linkHash(link: { readonly [name: string]: Json }): string {
  const { hash: _, ...content } = link;
  return createHash('sha256').update(canonicalJson(content)).digest('hex');
}

/** Why a link does not follow the one before, or undefined where it does. `before` is undefined in front of the first. */
export function brokenLink(
  link: Link & { readonly [name: string]: Json },
  before: Pick<Link, 'position' | 'hash'> | undefined,
): string | undefined {
  const expected = (before?.position ?? 0) + 1;
  if (link.position !== expected) return `position ${link.position} stands where ${expected} should`;
  if (link.previousHash !== (before?.hash ?? GENESIS_HASH)) return 'it does not hold the hash of the entry before';
  if (link.hash !== linkHash(link)) return 'its hash is not that of its content';
  return undefined;
}
