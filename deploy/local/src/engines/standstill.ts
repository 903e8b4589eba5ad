import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

const WITHIN_MS = 5_000;
/** Where the system does not tell of threads. */
const BLIND_MS = 100;

/** Waits until every thread of a process that was sent SIGSTOP has stopped: on a busy machine some go on for a while. */
export async function standstill(pid: number): Promise<void> {
  const until = Date.now() + WITHIN_MS;
  while (Date.now() < until) {
    const states = await statesOf(pid);
    if (states === undefined) return void (await sleep(BLIND_MS));
    if (states.every((one) => one === 'T' || one === 't')) return;
    await sleep(5);
  }
  throw new Error(`process ${pid} does not stop`);
}

async function statesOf(pid: number): Promise<string[] | undefined> {
  const threads = await readdir(`/proc/${pid}/task`).catch(() => undefined);
  if (threads === undefined) return undefined;
  const stats = await Promise.all(
    threads.map((id) => readFile(`/proc/${pid}/task/${id}/stat`, 'utf8').catch(() => undefined)),
  );
  // "<pid> (<name, with anything in it>) <state> …"; a thread that ended meanwhile is gone.
  return stats.flatMap((one) => (one === undefined ? [] : [one.slice(one.lastIndexOf(')') + 2)[0] ?? '']));
}
