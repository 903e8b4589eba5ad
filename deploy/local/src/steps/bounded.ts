import { type ChildProcess, spawn } from 'node:child_process';
import { access } from 'node:fs/promises';
import { root } from './command.ts';

export interface Bounds {
  /** The longest that it may run. */
  runMs: number;
  /** The longest that it may go on once its report is written: everything that it was for is done then. */
  afterReportMs: number;
}

export interface BoundedOutcome {
  code: number;
  /** Why it was killed; absent where it ended by itself. */
  killed?: string;
}

const lookEveryMs = 200;

/**
 * Runs a command that writes `report` when its work is done, showing what it prints, to an end in bounded time: one that outlives
 * its bounds is killed with all that it started. A signal that ends us ends it, too.
 */
export async function bounded(
  binary: string,
  args: readonly string[],
  { report, bounds, env }: { report: string; bounds: Bounds; env?: NodeJS.ProcessEnv },
): Promise<BoundedOutcome> {
  // A process group of its own: what it started is killed with it.
  const child = spawn(binary, args, { cwd: root, env: { ...process.env, ...env }, stdio: 'inherit', detached: true });
  const forward = (signal: NodeJS.Signals) => void signalGroup(child, signal);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, forward);
  let killed: string | undefined;
  const kill = (why: string) => {
    killed ??= why;
    signalGroup(child, 'SIGKILL');
  };
  const longest = setTimeout(kill, bounds.runMs, `it ran for more than ${seconds(bounds.runMs)}`);
  let afterReport: NodeJS.Timeout | undefined;
  const look = setInterval(async () => {
    if (afterReport || !(await exists(report))) return;
    const why = `its process did not end within ${seconds(bounds.afterReportMs)} after its last test`;
    afterReport ??= setTimeout(kill, bounds.afterReportMs, why);
  }, lookEveryMs);
  try {
    const code = await new Promise<number>((resolve) => {
      child.once('error', () => resolve(1));
      child.once('exit', (exit) => resolve(exit ?? 1));
    });
    return killed === undefined ? { code } : { code: 1, killed };
  } finally {
    // One that broke off left behind what it had started.
    signalGroup(child, 'SIGKILL');
    clearTimeout(longest);
    clearInterval(look);
    clearTimeout(afterReport);
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.off(signal, forward);
  }
}

function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch {
    // All of it is gone already.
  }
}

function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}

function seconds(ms: number): string {
  return `${ms / 1000} s`;
}
