import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { tocsinDir } from '@tocsin/local/engines';
import { type BenchContext, type Finding, VoidRun } from './benchmark.ts';
import { aboutRun } from './machine/about.ts';
import { watchMachine } from './machine/disturbance.ts';
import { benchmarks } from './measures/index.ts';
import { parseOptions, usage } from './options.ts';
import { writeDocument } from './report/document.ts';
import { markdown } from './report/markdown.ts';
import { ratios } from './report/ratios.ts';

const names = benchmarks.map((one) => one.name);
const args = process.argv.slice(2);
const folder = path.join(tocsinDir, 'bench');

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

async function main(): Promise<number> {
  if (args.includes('--help')) {
    say(usage(names));
    return 0;
  }
  if (process.platform !== 'linux') throw new Error('what processes use is read from /proc: this runs on Linux only');
  const options = parseOptions(args, names);
  await mkdir(folder, { recursive: true });
  const startedAt = new Date();
  const about = await aboutRun(['npm run bench', ...(args.length > 0 ? ['--', ...args] : [])].join(' '), startedAt);
  const findings: { name: string; finding: Finding }[] = [];
  let isVoid = false;
  for (const { name, run } of benchmarks.filter((one) => options.names.includes(one.name))) {
    say(`${name} …`);
    const context: BenchContext = {
      quick: options.quick,
      cold: options.cold,
      say: (line) => say(`  ${line}`),
      ...(options.profile ? { profileDir: path.join(folder, `profile-${name}`) } : {}),
    };
    const disturbance = await watchMachine();
    try {
      findings.push({ name, finding: await run(context) });
      about.push([`during ${name}`, await disturbance()]);
    } catch (error) {
      if (!(error instanceof VoidRun)) throw error;
      say(`  void: ${error.message}`);
      isVoid = true;
    }
  }
  findings.push({ name: 'ratios', finding: { rows: ratios(findings.map(({ finding }) => finding)) } });
  const text = markdown({ about, findings });
  console.log(text);
  const raw = path.join(folder, `${startedAt.toISOString().replaceAll(':', '-').slice(0, 19)}.json`);
  await writeFile(raw, JSON.stringify({ about, findings }, null, 1));
  say(`\neverything measured: ${path.relative(process.cwd(), raw)}`);
  if (isVoid) return 1;
  if (options.write) await writeDocument(text);
  return 0;
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(error instanceof Error && error.constructor === Error ? `tocsin: ${error.message}` : error);
  process.exitCode = 1;
}
