import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

const page = fileURLToPath(new URL('../../../docs/performance.md', import.meta.url));
const begin = '<!-- measured -->';
const end = '<!-- end of measured -->';

/** Puts a run into the page about performance, in the place of the run before. */
export async function writeDocument(measured: string): Promise<void> {
  await writeFile(page, between(await readFile(page, 'utf8'), measured));
}

/** @throws Error where the page has no place for it. */
export function between(text: string, measured: string): string {
  const from = text.indexOf(begin);
  const to = text.indexOf(end);
  if (from < 0 || to < from) throw new Error(`the page has no ${begin} with an ${end} after it`);
  return `${text.slice(0, from + begin.length)}\n\n${measured}\n\n${text.slice(to)}`;
}
