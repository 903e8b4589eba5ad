import { brokenLink, InvalidInput, type Json, type Link } from '@tocsin/platform';
import { z } from 'zod';

/** An entry of which a verification says: so far the log was whole. */
export interface KnownHead {
  position: number;
  hash: string;
}

export type Verdict =
  | { whole: true; entries: number; head: KnownHead | undefined }
  | { whole: false; position: number; because: string };

const linkSchema = z.looseObject({
  position: z.int().min(1),
  previousHash: z.string(),
  hash: z.string(),
});

/**
 * Follows an exported audit log from its first entry, line by line, and stops at the first that does not follow. A chain alone
 * cannot tell that its end was cut off, or that all of it was written anew: an earlier verification's head, kept elsewhere, can.
 */
export async function verifyAudit(lines: AsyncIterable<string>, known?: KnownHead): Promise<Verdict> {
  let before: Link | undefined;
  for await (const line of lines) {
    if (line === '') continue;
    const position = (before?.position ?? 0) + 1;
    const link = parseLink(line);
    if (!link) return { whole: false, position, because: 'it is no entry of an audit log' };
    const because = brokenLink(link, before) ?? notKnown(link, known);
    if (because) return { whole: false, position, because };
    before = link;
  }
  const entries = before?.position ?? 0;
  if (known && entries < known.position) {
    return {
      whole: false,
      position: entries + 1,
      because: `the log ends before position ${known.position}, which it had`,
    };
  }
  return { whole: true, entries, head: before && { position: before.position, hash: before.hash } };
}

function parseLink(line: string): (Link & { readonly [name: string]: Json }) | undefined {
  try {
    const parsed = linkSchema.safeParse(JSON.parse(line));
    return parsed.success ? (parsed.data as Link & { [name: string]: Json }) : undefined;
  } catch {
    return undefined;
  }
}

function notKnown({ position, hash }: Link, known: KnownHead | undefined): string | undefined {
  if (position !== known?.position || hash === known.hash) return undefined;
  return 'its hash is not the one that it had: the log was written anew';
}

/** `<position>:<hash>`, as a verification prints it. */
export function parseHead(text: string): KnownHead {
  const [, position, hash] = /^([1-9]\d*):([0-9a-f]{64})$/.exec(text) ?? [];
  if (position && hash) return { position: Number(position), hash };
  throw new InvalidInput('--head must be <position>:<hash>, as a verification prints it', {
    code: 'head-invalid',
    field: 'head',
  });
}
