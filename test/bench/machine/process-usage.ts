import { readFile } from 'node:fs/promises';

/** The kernel counts processor time in hundredths of a second for everybody who asks, whatever its own clock. */
const MS_PER_TICK = 10;

export interface Usage {
  /** User and system time of all threads, since the process began. */
  cpuMs: number;
  rssBytes: number;
}

/** What a process has used, by its id. Linux only. */
export async function usageOf(pid: number): Promise<Usage> {
  const [stat, status] = await Promise.all([
    readFile(`/proc/${pid}/stat`, 'utf8'),
    readFile(`/proc/${pid}/status`, 'utf8'),
  ]);
  const rss = /^VmRSS:\s+(\d+) kB/m.exec(status);
  const [utime = 0, stime = 0] = ticks(stat);
  return { cpuMs: (utime + stime) * MS_PER_TICK, rssBytes: Number(rss?.[1] ?? 0) * 1024 };
}

/** User and system time of this process, and of its children that ended: utime, stime, cutime, cstime. */
export async function ownCpuMs(): Promise<number> {
  const all = ticks(await readFile('/proc/self/stat', 'utf8'));
  return all.reduce((sum, one) => sum + one, 0) * MS_PER_TICK;
}

/** The name before may hold spaces and brackets; the times are fields 14 to 17 (proc(5)). */
function ticks(stat: string): number[] {
  return stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .slice(11, 15)
    .map(Number);
}

/** Processor time of the whole machine: what was worked, by whomever, and what a hypervisor took away. */
export async function machineCpuMs(): Promise<{ busyMs: number; stolenMs: number }> {
  const [, user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0, steal = 0] = (await readFile('/proc/stat', 'utf8'))
    .split('\n', 1)[0]!
    .split(/\s+/)
    .map(Number);
  return { busyMs: (user + nice + system + irq + softirq) * MS_PER_TICK, stolenMs: steal * MS_PER_TICK };
}

/** Milliseconds of processor time that each process took between two looks, for each of so many. */
export function cpuFor(
  before: ReadonlyMap<string, Usage>,
  after: ReadonlyMap<string, Usage>,
  count: number,
): Map<string, number> {
  return new Map([...after].map(([name, { cpuMs }]) => [name, (cpuMs - (before.get(name)?.cpuMs ?? 0)) / count]));
}
