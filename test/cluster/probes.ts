import { NODE } from './bystander.ts';
import type { Installation } from './installation.ts';
import type { Kubernetes } from './kubernetes.ts';

const CONNECT = `const connect = ([host, port]) => new Promise((resolve) => {
  const socket = require('node:net').connect({ host, port, timeout: 2000 });
  socket.on('timeout', () => resolve('blocked')).on('connect', () => resolve('open')).on('error', (error) => resolve(error.code));
});
Promise.all(JSON.parse(process.argv[1]).map(connect)).then((all) => { console.log(JSON.stringify(all)); process.exit(); });`;

/** What became of connections from a pod of the component, or from `pod/<name>`: `open`, `blocked`, or how they were refused. */
export async function reach(
  { kubectl }: Kubernetes,
  { inIt }: Installation,
  from: string,
  to: readonly (readonly [host: string, port: number])[],
): Promise<string[]> {
  const pod = from.startsWith('pod/') ? from : `deployment/tocsin-${from}`;
  return JSON.parse(await kubectl(...inIt, 'exec', pod, '--', NODE, '-e', CONNECT, JSON.stringify(to)));
}

const LOOK = `const fs = require('node:fs');
const write = (file) => { try { fs.writeFileSync(file, ''); return 'written'; } catch (error) { return error.code; } };
const said = (name) => new RegExp('^' + name + ':\\\\s+(.*)$', 'm').exec(fs.readFileSync('/proc/self/status', 'utf8'))[1];
console.log(JSON.stringify({ uid: process.getuid(), root: write('/written'), app: write('/app/written'), tmp: write('/tmp/written'),
  capabilities: Number('0x' + said('CapBnd')) + Number('0x' + said('CapEff')), noNewPrivileges: said('NoNewPrivs'), seccomp: said('Seccomp') }));`;

export interface Confinement {
  uid: number;
  /** What came of writing to the root, to the product's own files and to the temporary folder. */
  root: string;
  app: string;
  tmp: string;
  /** Of the process, and those that it could ever get; 0 is none. */
  capabilities: number;
  noNewPrivileges: string;
  /** 2: system calls are filtered. */
  seccomp: string;
}

/** What a process in a pod of the component finds that it may do. */
export async function confinement(
  { kubectl }: Kubernetes,
  { inIt }: Installation,
  component: string,
): Promise<Confinement> {
  return JSON.parse(await kubectl(...inIt, 'exec', `deployment/tocsin-${component}`, '--', NODE, '-e', LOOK));
}
