import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { freePort } from '../src/engines/index.ts';
import { defaultEnginePorts } from '../src/engines/start-engines.ts';
import { portOption } from '../src/options.ts';
import { defaultServicePorts } from '../src/ports.ts';

const script = fileURLToPath(new URL('../src/start.ts', import.meta.url));
const timeoutMs = 120_000;

let dataDir: string;
beforeEach(async () => {
  dataDir = await mkdtemp(path.join(tmpdir(), 'tocsin-start-'));
});
afterEach(async () => {
  await rm(dataDir, { recursive: true, force: true });
});

function start(...args: string[]) {
  const child = spawn(process.execPath, [script, '--data', dataDir, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  const run = { child, output: '', exit: once(child, 'exit') };
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (run.output += chunk));
  return run;
}

async function freePorts(): Promise<string[]> {
  const names = Object.keys({ ...defaultServicePorts, ...defaultEnginePorts });
  return (await Promise.all(names.map(async (name) => [portOption(name), String(await freePort())]))).flat();
}

test(
  'one drill reaches an answer, and the log agrees with the carrier',
  async () => {
    const run = start('--once');
    const [code] = await run.exit;
    expect(run.output).toContain('accepted: person');
    expect(run.output).toContain("the incident's log and the carrier's record agree");
    expect(code).toBe(0);
  },
  timeoutMs,
);

test(
  'Ctrl-C stops everything and leaves no process',
  async () => {
    const run = start(...(await freePorts()));
    await new Promise<void>((resolve, reject) => {
      run.child.stdout.on('data', () => run.output.includes('Ctrl-C stops everything') && resolve());
      run.child.once('exit', () => reject(new Error(run.output)));
    });
    const engines = await Promise.all(
      ['nats', 'mongo', 'temporal'].map(async (name) =>
        Number(await readFile(path.join(dataDir, name, 'engine.pid'), 'utf8')),
      ),
    );
    for (const pid of engines) expect(() => process.kill(pid, 0)).not.toThrow();
    run.child.kill('SIGINT');
    const [code] = await run.exit;
    expect(code).toBe(0);
    for (const pid of engines) expect(() => process.kill(pid, 0)).toThrow('ESRCH');
  },
  timeoutMs,
);

test('a taken port is one sentence that names the option', async () => {
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as net.AddressInfo;
  try {
    const run = start(...(await freePorts()), '--port-nats', String(port));
    const [code] = await run.exit;
    expect(code).toBe(1);
    expect(run.output).toBe(
      `tocsin: port ${port} is taken: end what uses it, or choose another with --port-nats <port>\n`,
    );
  } finally {
    server.close();
  }
});
