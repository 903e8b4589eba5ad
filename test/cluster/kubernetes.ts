import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { promisify } from 'node:util';
import { goTool } from '../chart/tools.ts';

const run = promisify(execFile);

export interface Kubernetes {
  /** By the commands in `TEST_CLUSTER_UP` and `TEST_CLUSTER_DOWN`, where there are any: it is there for the tests alone. */
  up(): Promise<void>;
  down(): Promise<void>;
  kubectl(...args: string[]): Promise<string>;
  helm(...args: string[]): Promise<string>;
  /** What `kubectl get` finds, as objects. */
  // biome-ignore lint/suspicious/noExplicitAny: objects of many kinds
  list(...args: string[]): Promise<any[]>;
  /** Makes these objects, or changes them. */
  apply(...objects: object[]): Promise<void>;
  /** Posts an object to a path of Kubernetes' API. */
  post(path: string, object: object): Promise<void>;
  /** kubectl with what it reads and writes in our hands, such as `exec --stdin`. */
  start(...args: string[]): ChildProcess;
  loadImage(file: string): Promise<void>;
}

const CALL_WITHIN_MS = 600_000;

/** Whether the environment names a cluster: then what is wrong with it is a failure. */
function isNamed(env: NodeJS.ProcessEnv = process.env): boolean {
  return Boolean((env.KUBECONFIG || env.TEST_CLUSTER_RUN) && env.TEST_LOAD_IMAGE);
}

/**
 * The cluster that `KUBECONFIG` names, with images loaded by the command in `TEST_LOAD_IMAGE`, which gets an archive's path after it, such as
 * `kind load image-archive`. Where a cluster is reached only from inside something, `TEST_CLUSTER_RUN` is the command that kubectl and helm
 * are run by. Undefined, and said aloud, where it is missing.
 */
export async function kubernetes(): Promise<Kubernetes | undefined> {
  const { TEST_CLUSTER_RUN, TEST_CLUSTER_UP, TEST_CLUSTER_DOWN, TEST_LOAD_IMAGE } = process.env;
  const helmPath = isNamed() ? await goTool('helm4') : undefined;
  if (!helmPath) {
    // Jest drops what a file says on its console of which every test is skipped.
    process.stderr.write(
      'SKIPPED: the tests on a cluster: set KUBECONFIG, and TEST_LOAD_IMAGE to what loads an image archive into it\n',
    );
    return undefined;
  }
  const prefix = words(TEST_CLUSTER_RUN);
  const inside = (program: string, args: string[]): [string, string[]] => {
    const [first = program, ...rest] = [...prefix, program, ...args];
    return [first, rest];
  };
  const call = async (program: string, args: string[], input = ''): Promise<string> => {
    const running = run(program, args, { maxBuffer: 64 * 1024 * 1024, timeout: CALL_WITHIN_MS });
    running.child.stdin?.on('error', () => undefined).end(input);
    try {
      return (await running).stdout;
    } catch (error) {
      const { stdout = '', stderr = '', message } = error as Error & { stdout?: string; stderr?: string };
      throw new Error(`${program} ${args.join(' ')}: ${stderr || message}\n${stdout}`);
    }
  };
  const kubectl = (args: string[], input?: string) => call(...inside('kubectl', args), input);
  const command = async (text: string | undefined, ...more: string[]) => {
    const [program, ...args] = words(text);
    if (program) await call(program, [...args, ...more]);
  };
  return {
    up: () => command(TEST_CLUSTER_UP),
    down: () => command(TEST_CLUSTER_DOWN),
    kubectl: (...args) => kubectl(args),
    helm: (...args) => call(...inside(helmPath, args)),
    list: async (...args) => JSON.parse(await kubectl(['get', '--output', 'json', ...args])).items,
    async apply(...objects) {
      const items = { apiVersion: 'v1', kind: 'List', items: objects };
      await kubectl(['apply', '--filename', '-'], JSON.stringify(items));
    },
    post: async (path, object) =>
      void (await kubectl(['create', '--raw', path, '--filename', '-'], JSON.stringify(object))),
    start: (...args) => spawn(...inside('kubectl', args), { stdio: ['pipe', 'pipe', 'pipe'] }),
    loadImage: (file) => command(TEST_LOAD_IMAGE, file),
  };
}

function words(text = ''): string[] {
  return text.split(/\s+/).filter(Boolean);
}
