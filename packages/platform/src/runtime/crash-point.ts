const [crashAt, pass = '1'] = (process.env.TOCSIN_CRASH_AT ?? '').split(':');
let passesLeft = Number(pass);

/**
 * A named place where a test may kill this process: `TOCSIN_CRASH_AT=<name>[:n]` does so at the n-th pass. Otherwise nothing happens.
 */
export async function crashPoint(name: string): Promise<void> {
  if (name !== crashAt || --passesLeft > 0) return;
  process.kill(process.pid, 'SIGKILL');
  await new Promise(() => {});
}
