// A sender of alerts, as any that posts and repeats: what it is told it says, a line each. Runs in the cluster, beside the services.
import { setTimeout as sleep } from 'node:timers/promises';

const { url, key, keys, overMs, senders, withinMs } = JSON.parse(process.argv.at(-1));
const startedAt = Date.now();
const say = (line) => console.log(JSON.stringify({ ...line, at: Date.now() }));

async function send(dedupKey) {
  const body = { action: 'trigger', dedup_key: dedupKey, severity: 'critical', title: `${dedupKey} is away` };
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(withinMs),
  });
  const text = await response.text();
  if (response.status === 202) return say({ key: dedupKey, taken: JSON.parse(text).id });
  say({ key: dedupKey, status: response.status });
  throw new Error(`it answered ${response.status}`);
}

const queue = keys.entries();
async function sender() {
  for (const [n, one] of queue) {
    await sleep(Math.max(0, startedAt + (n / keys.length) * overMs - Date.now()));
    for (let taken = false; !taken; ) {
      taken = await send(one).then(
        () => true,
        (error) => {
          if (!/^it answered/.test(error.message)) say({ key: one, failed: error.cause?.code ?? error.message });
          return false;
        },
      );
      if (!taken) await sleep(200);
    }
  }
}
await Promise.all(Array.from({ length: senders }, sender));
// Once what was said is out: connections that are kept open would hold up the end.
process.stdout.write('', () => process.exit(0));
