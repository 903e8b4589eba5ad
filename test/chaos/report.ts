import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { cpus, totalmem } from 'node:os';
import path from 'node:path';
import { sharedEnginesVariable, tocsinDir } from '@tocsin/local/engines';
import { type Part, renderReport } from './render-report.ts';

const folder = path.join(tocsinDir, 'reliability');
const committed = path.resolve(tocsinDir, '..', 'docs', 'reliability.md');
const parts = ['intake', 'paging', 'engines', 'random'] as const;
export type PartName = (typeof parts)[number];

/**
 * Keeps what one file of tests measured, and writes the report of the parts that this run has so far to
 * `.tocsin/reliability/report.md`. The committed page changes only where `TOCSIN_WRITE_RELIABILITY` is set and every part is whole.
 */
export async function writePart(name: PartName, part: Omit<Part, 'run'>): Promise<void> {
  const run = process.env[sharedEnginesVariable] ?? '';
  await mkdir(folder, { recursive: true });
  await writeFile(path.join(folder, `${name}.json`), JSON.stringify({ ...part, run }));
  const found: Part[] = [];
  for (const one of parts) {
    const text = await readFile(path.join(folder, `${one}.json`), 'utf8').catch(() => undefined);
    const read = text && (JSON.parse(text) as Part);
    if (read && read.run === run) found.push(read);
    else await rm(path.join(folder, `${one}.json`), { force: true });
  }
  const machine = `${cpus().length} × ${cpus()[0]?.model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GB, Node ${process.version}`;
  const report = renderReport(found, machine);
  await writeFile(path.join(folder, 'report.md'), report);
  const whole = found.length === parts.length && found.every((one) => one.whole);
  if (process.env.TOCSIN_WRITE_RELIABILITY && whole) await writeFile(committed, report);
}
