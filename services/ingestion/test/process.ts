import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { TestEngines } from '@tocsin/local/engines';
import { poster, type Replica } from './harness.ts';

const main = path.join(import.meta.dirname, '../src/main.ts');

export interface IngestionProcess {
  post: Replica['post'];
  /** The signal or code that it ended with. */
  ended: Promise<string | number>;
  kill(signal: NodeJS.Signals): void;
}

const children = new Set<ChildProcess>();

/** Ends what a failed test left running. */
export function endProcesses(): void {
  for (const child of children) child.kill('SIGKILL');
}

/** Ingestion as it runs in production, in a process of its own that dies at a named place. */
export async function startProcess(engines: TestEngines, crashAt = ''): Promise<IngestionProcess> {
  const child = spawn(process.execPath, [main], {
    env: {
      ...process.env,
      NATS_URL: engines.natsUrl,
      MONGODB_URL: engines.mongoUrl,
      INGESTION_PORT: '0',
      INGESTION_HOST: '127.0.0.1',
      TOCSIN_CRASH_AT: crashAt,
      NODE_OPTIONS: '',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.add(child);
  const ended = once(child, 'exit').then(([code, signal]) => signal ?? code);
  const { promise: listening, resolve } = Promise.withResolvers<number>();
  createInterface({ input: child.stdout }).on('line', (line) => {
    const { msg, port } = JSON.parse(line);
    if (msg === 'ingestion takes posts') resolve(port);
  });
  const port = await Promise.race([listening, ended.then((how) => Promise.reject(new Error(`ended with ${how}`)))]);
  return { post: poster(`http://127.0.0.1:${port}`), ended, kill: (signal) => void child.kill(signal) };
}
