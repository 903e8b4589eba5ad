import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { until } from '@tocsin/platform';

const MAIN = fileURLToPath(new URL('../../deploy/docker/src/main.ts', import.meta.url));

export interface Role {
  readonly child: ChildProcess;
  /** All that it has written. */
  said(): string;
  saying(words: string | RegExp): Promise<void>;
  /** What it ends with. */
  ended: Promise<{ code: number | null; said: string; afterMs: number }>;
}

/** A role of the image as a process, as a container runs it. */
export function startRole(role: string, env: Record<string, string>): Role {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', MAIN, role], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env.PATH, ...env },
  });
  const startedAt = Date.now();
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (text += chunk));
  const said = () => text;
  return {
    child,
    said,
    saying: async (words) => {
      const wait = { timeoutMs: 60_000, what: `${role} to say ${words}` };
      await until(() => (typeof words === 'string' ? text.includes(words) : words.test(text)), wait).catch((error) => {
        throw new Error(`${error.message}; it said: ${text}`);
      });
    },
    ended: once(child, 'close').then(([code]) => ({ code, said: text, afterMs: Date.now() - startedAt })),
  };
}
