import { sleep } from '@tocsin/platform';
import type { ServiceName, ServiceProcess } from '../harness/processes.ts';

export interface Death {
  name: ServiceName;
  at: number;
  /** The point at which it was to die; absent where somebody else killed it. */
  point?: string;
}

/** Starts processes again as they die, as whatever runs them in production would. */
export interface Keeper {
  readonly deaths: readonly Death[];
  /** Has a process die at each of these points in turn: it is started anew for the first. */
  arm(name: ServiceName, points: readonly string[]): Promise<void>;
  stop(): void;
}

/** One that dies as soon as it is started, because an engine is away, is not started in a busy loop. */
const PAUSE_MS = 250;

export function keepRunning(processes: Record<ServiceName, ServiceProcess>): Keeper {
  const deaths: Death[] = [];
  const armed = new Map<ServiceName, string[]>();
  const point = new Map<ServiceName, string>();
  const quiet = new Set<ServiceName>();
  let stopped = false;

  async function keep(process: ServiceProcess): Promise<void> {
    const { name } = process;
    for (;;) {
      const startedAt = Date.now();
      await process.gone();
      if (stopped) return;
      const diedAt = point.get(name);
      // Killed to be armed, it dies for no reason of the test's.
      if (!quiet.delete(name)) deaths.push({ name, at: Date.now(), ...(diedAt ? { point: diedAt } : {}) });
      if (Date.now() - startedAt < PAUSE_MS) await sleep(PAUSE_MS);
      if (stopped) return;
      const next = armed.get(name)?.shift();
      if (next) point.set(name, next);
      else point.delete(name);
      process.start(next ? { TOCSIN_CRASH_AT: next } : {});
    }
  }

  for (const one of Object.values(processes)) void keep(one);
  return {
    deaths,
    async arm(name, points) {
      armed.set(name, [...points]);
      quiet.add(name);
      await processes[name].kill();
    },
    stop() {
      stopped = true;
    },
  };
}
