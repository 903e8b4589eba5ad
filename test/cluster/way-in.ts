import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { until } from '@tocsin/platform';
import { bystander, labelsOf, NODE } from './bystander.ts';
import type { Kubernetes } from './kubernetes.ts';

/** From the test into the cluster by a pod there, since every cluster has `kubectl exec`, whatever else it lets through. */
export interface WayIn {
  /** A port here that leads to that one there. A connection is a process in the pod: for those that are kept. */
  portTo(host: string, port: number): Promise<number>;
  /** An HTTP request of the pod's, all of them by one process there. */
  ask(url: string, init: Asked, withinMs: number): Promise<{ status: number; body: string }>;
  /** Runs an ECMAScript module in the pod, with this as its last argument; each line that it writes is handed over. */
  run(module: string, argument: object, onLine: (line: string) => void): Promise<void>;
  /** How many times as long as it should a fixed amount of work takes there, now: 1 where nobody else uses the processors. */
  slowness(): Promise<number>;
  close(): Promise<void>;
}

export type Asked = { method?: string; headers?: Record<string, string>; body?: string };

const READY_WITHIN_MS = 60_000;

const WORK_MS = 500;
/** Wall time over processor time of the same loop, twice at once: a small machine has as many cores. */
const WORK = `import { Worker } from 'node:worker_threads';
const loop = 'const from = performance.now(); const cpu = process.threadCpuUsage(); let used = 0;'
  + 'while (used < ${WORK_MS}) { for (let n = 0; n < 1e6; n += 1) Math.sqrt(n);'
  + ' const { user, system } = process.threadCpuUsage(cpu); used = (user + system) / 1e3; }'
  + 'process.getBuiltinModule("node:worker_threads").parentPort.postMessage((performance.now() - from) / used)';
const work = () => new Promise((resolve, reject) => new Worker(loop, { eval: true }).on('message', resolve).on('error', reject));
console.log(Math.max(...(await Promise.all([work(), work()]))));`;

const RELAY = `const [host, port] = process.argv.slice(1);
const there = require('node:net').connect(Number(port), host);
process.stdin.pipe(there); there.pipe(process.stdout);
there.on('error', () => process.exit(1)); there.on('close', () => process.exit(0));`;

const ASK = `require('node:readline').createInterface({ input: process.stdin }).on('line', async (line) => {
  const { id, url, init, withinMs } = JSON.parse(line);
  const said = await fetch(url, { ...init, signal: AbortSignal.timeout(withinMs) })
    .then(async (response) => ({ status: response.status, body: await response.text() }))
    .catch((error) => ({ failed: String(error.cause?.code ?? error.message) }));
  console.log(JSON.stringify({ id, ...said }));
}).on('close', () => process.exit(0));`;

/** Makes the pod, which belongs to nobody, and a policy that lets it in where only it has to look. */
export async function openWayIn(
  { apply, kubectl, start }: Kubernetes,
  { namespace, image, into }: { namespace: string; image: string; into: readonly string[] },
): Promise<WayIn> {
  const inIt = ['--namespace', namespace];
  await apply(bystander('observer', { namespace, image }), policyFor(namespace, into));
  await kubectl(...inIt, 'wait', '--for=condition=Ready', 'pod/observer', `--timeout=${READY_WITHIN_MS}ms`);
  const servers: Server[] = [];
  const sockets = new Set<Socket>();
  const running = new Set<ChildProcess>();

  function exec(...args: string[]): ChildProcess {
    const child = start(...inIt, 'exec', '--stdin', 'observer', '--', NODE, ...args);
    running.add(child);
    child.once('close', () => running.delete(child));
    child.stdin?.on('error', () => undefined);
    return child;
  }

  async function run(module: string, argument: object, onLine: (line: string) => void): Promise<void> {
    const child = exec('--input-type=module', '-', JSON.stringify(argument));
    let said = '';
    child.stderr?.on('data', (chunk) => (said += chunk));
    const lines = createInterface({ input: child.stdout! }).on('line', onLine);
    child.stdin?.end(module);
    const [[code]] = await Promise.all([once(child, 'close'), once(lines, 'close')]);
    if (code !== 0) throw new Error(`what ran in the cluster ended with ${code}: ${said}`);
  }

  const asked = new Map<number, PromiseWithResolvers<{ status: number; body: string }>>();
  let asks = 0;
  let asker: ChildProcess | undefined;
  function startAsker(): ChildProcess {
    const child = exec('-e', ASK);
    createInterface({ input: child.stdout! }).on('line', (line) => {
      const { id, failed, ...answer } = JSON.parse(line);
      const one = asked.get(id);
      asked.delete(id);
      if (failed) one?.reject(new Error(failed));
      else one?.resolve(answer);
    });
    child.stderr?.resume();
    child.once('close', () => {
      asker = undefined;
      for (const one of asked.values()) one.reject(new Error('the way into the cluster closed'));
      asked.clear();
    });
    return child;
  }

  return {
    run,
    ask(url, init, withinMs) {
      asker ??= startAsker();
      asks += 1;
      const one = Promise.withResolvers<{ status: number; body: string }>();
      asked.set(asks, one);
      asker.stdin?.write(`${JSON.stringify({ id: asks, url, init, withinMs })}\n`);
      return one.promise;
    },
    async slowness() {
      let said = '';
      await run(WORK, {}, (line) => (said += line));
      return Number(said);
    },
    async portTo(host, port) {
      const server = createServer((socket) => {
        sockets.add(socket);
        const child = exec('-e', RELAY, host, String(port));
        socket.on('error', () => undefined);
        socket.once('close', () => {
          sockets.delete(socket);
          child.stdin?.end();
        });
        child.once('close', () => socket.destroy());
        socket.pipe(child.stdin!);
        child.stdout?.pipe(socket);
        child.stderr?.resume();
      });
      servers.push(server);
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
      return (server.address() as AddressInfo).port;
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      await Promise.all(servers.map((server) => new Promise<void>((resolve) => server.close(() => resolve()))));
      for (const child of running) child.stdin?.end();
      // Each ends by itself once its input has; what does not is not waited for.
      await until(() => running.size === 0, { timeoutMs: 5_000, what: 'the ways in to close' }).catch(() => {
        for (const child of running) child.kill('SIGKILL');
      });
    },
  };
}

function policyFor(namespace: string, into: readonly string[]): object {
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: 'observer', namespace },
    spec: {
      podSelector: {
        matchExpressions: [{ key: 'app.kubernetes.io/component', operator: 'In', values: into }],
      },
      policyTypes: ['Ingress'],
      ingress: [{ from: [{ podSelector: { matchLabels: labelsOf('observer') } }] }],
    },
  };
}
