import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { fileURLToPath } from 'node:url';

export const SERVICES = ['roster', 'ingestion', 'incidents', 'sms', 'voice', 'worker'] as const;
export type ServiceName = (typeof SERVICES)[number];
/** The gateway is on no page's way: who needs it starts it beside. */
type ProcessName = ServiceName | 'gateway';

const MAINS: Record<ProcessName, string> = {
  roster: 'services/roster/src/main.ts',
  ingestion: 'services/ingestion/src/main.ts',
  incidents: 'services/incidents/src/main.ts',
  sms: 'services/notifier-sms/src/main.ts',
  voice: 'services/notifier-voice/src/main.ts',
  worker: 'workflows/worker/main.ts',
  gateway: 'services/gateway/src/main.ts',
};

const root = fileURLToPath(new URL('../..', import.meta.url));

/** A service in a process of its own, so that `kill -9` means it. */
export interface ServiceProcess<N extends ProcessName = ServiceName> {
  readonly name: N;
  readonly alive: boolean;
  /** Of the process that runs now; undefined while none does. */
  readonly pid: number | undefined;
  start(extraEnv?: Record<string, string>): void;
  /** SIGKILL: nothing of it gets to finish anything. */
  kill(): Promise<void>;
  /** SIGTERM: it stops in order. Resolves when it is gone, by SIGKILL after 15 s. */
  stop(): Promise<void>;
  /** Resolves when it is gone, by whatever cause. */
  gone(): Promise<void>;
}

/** What it writes goes to `logFile` where one is named, to look at after a failure. */
export function createServiceProcess<N extends ProcessName>(
  name: N,
  env: Record<string, string>,
  logFile?: string,
): ServiceProcess<N> {
  let child: ChildProcess | undefined;
  const isAlive = () => child !== undefined && child.exitCode === null && child.signalCode === null;
  return {
    name,
    get alive() {
      return isAlive();
    },
    get pid() {
      return isAlive() ? child?.pid : undefined;
    },
    start(extraEnv = {}) {
      if (isAlive()) return;
      child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', MAINS[name]], {
        cwd: root,
        env: { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '', ...env, ...extraEnv },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      if (logFile) {
        const log = createWriteStream(logFile, { flags: 'a' });
        child.stdout?.pipe(log, { end: false });
        child.stderr?.pipe(log, { end: false });
      } else {
        child.stdout?.resume();
        child.stderr?.resume();
      }
    },
    async kill() {
      if (!child || !isAlive()) return;
      const gone = once(child, 'exit');
      child.kill('SIGKILL');
      await gone;
    },
    async stop() {
      if (!child || !isAlive()) return;
      const stopping = child;
      const gone = once(stopping, 'exit');
      stopping.kill('SIGTERM');
      const force = setTimeout(() => stopping.kill('SIGKILL'), 15_000);
      await gone;
      clearTimeout(force);
    },
    async gone() {
      if (child && isAlive()) await once(child, 'exit');
    },
  };
}
