import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, open, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { enginePidFile } from './data-dir.ts';
import { SetupError } from './setup-error.ts';
import { standstill } from './standstill.ts';

/** One engine that runs as our child, and what a test may do to it. Port and data stay the same over its lives. */
export interface Engine {
  readonly name: string;
  /** URL or address that clients connect to. */
  readonly address: string;
  /** Of the process that runs now; undefined while none does. */
  readonly pid: number | undefined;
  /** Asks it to end, and ends it after 10 s. Safe to call twice. */
  stop(): Promise<void>;
  /** SIGKILL; resolves when it is gone. */
  kill(): Promise<void>;
  /** Starts it again (after ending it if it still runs) and resolves when it answers. */
  restart(): Promise<void>;
  /** SIGSTOP: it keeps its connections and says nothing, from when this resolves on. */
  pause(): Promise<void>;
  resume(): void;
}

export interface EngineSpec {
  name: string;
  address: string;
  command: string;
  args: string[];
  dataDir: string;
  /** Resolves when a real client was served; rejects to be asked again. */
  ready: () => Promise<void>;
  /** The engine ended and nobody asked it to. */
  onDeath?: ((sentence: string) => void) | undefined;
}

const readyWithinMs = 60_000;

/** Starts an engine and resolves when it answers. Rejects with the end of its log when it does not. */
export async function startEngine(spec: EngineSpec): Promise<Engine> {
  await mkdir(spec.dataDir, { recursive: true });
  const logFile = path.join(spec.dataDir, `${spec.name}.log`);
  let child: ChildProcess | undefined;

  async function start(): Promise<void> {
    const log = await open(logFile, 'a');
    // Its own process group: Ctrl-C at the terminal is for us, and we end engines after the services that use them.
    child = spawn(spec.command, spec.args, { stdio: ['ignore', log.fd, log.fd], detached: true });
    const started = child;
    if (started.pid) guard(started, started.pid);
    let wasReady = false;
    let failed: Error | undefined;
    started.once('error', (error) => (failed = error));
    started.once('exit', (code, signal) => {
      if (child !== started) return;
      child = undefined;
      if (wasReady) spec.onDeath?.(`${spec.name} ended by itself (${signal ?? `exit ${code}`}): see ${logFile}`);
    });
    await log.close();
    await writeFile(path.join(spec.dataDir, enginePidFile), `${started.pid ?? ''}\n`);
    const deadline = Date.now() + readyWithinMs;
    for (;;) {
      const said = await spec.ready().then(
        () => undefined,
        (error: Error) => error,
      );
      if (!said && child === started) break;
      if (failed || child !== started || Date.now() > deadline) {
        await end('SIGKILL');
        throw new SetupError(
          `${spec.name} does not start (${failed?.message ?? (await lastLine(logFile)) ?? said?.message}): see ${logFile}`,
        );
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    wasReady = true;
  }

  async function end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    const ending = child;
    child = undefined;
    if (!ending?.pid || ending.exitCode !== null || ending.signalCode !== null) return;
    const gone = once(ending, 'exit');
    ending.kill(signal);
    ending.kill('SIGCONT');
    const force = setTimeout(() => ending.kill('SIGKILL'), 10_000);
    await gone;
    clearTimeout(force);
  }

  await start();
  return {
    name: spec.name,
    address: spec.address,
    get pid() {
      return child?.pid;
    },
    stop: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
    restart: async () => {
      await end('SIGTERM');
      await start();
    },
    pause: async () => {
      child?.kill('SIGSTOP');
      if (child?.pid !== undefined) await standstill(child.pid);
    },
    resume: () => void child?.kill('SIGCONT'),
  };
}

/**
 * Ends the engine when we die without a chance to do so. A shell of a few kilobytes reads from us: a line means that the engine
 * ended in order, the end of input means that we are gone.
 */
function guard(engine: ChildProcess, pid: number): void {
  const script = 'read -r _ && exit 0; kill -CONT $1; kill -TERM $1; sleep 5; kill -KILL $1';
  const shell = spawn('/bin/sh', ['-c', script, 'guard', String(pid)], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  shell.on('error', () => {});
  shell.stdin.on('error', () => {});
  shell.unref();
  (shell.stdin as unknown as { unref(): void }).unref();
  engine.once('exit', () => shell.stdin.end('ended\n'));
}

async function lastLine(file: string): Promise<string | undefined> {
  const text = await readFile(file, 'utf8').catch(() => '');
  return text.trim().split('\n').at(-1)?.slice(0, 300) || undefined;
}
