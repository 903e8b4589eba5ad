import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { goTool } from '../chart/tools.ts';

const run = promisify(execFile);

export interface Kubernetes {
  kubectl(...args: string[]): Promise<string>;
  helm(...args: string[]): Promise<string>;
  /** What `kubectl get` finds, as objects. */
  // biome-ignore lint/suspicious/noExplicitAny: objects of many kinds
  list(...args: string[]): Promise<any[]>;
  loadImage(file: string): Promise<void>;
}

const CALL_WITHIN_MS = 600_000;

/**
 * The cluster that `KUBECONFIG` names, with images loaded by the command in `TEST_LOAD_IMAGE`, which gets an archive's path after it, such as
 * `kind load image-archive`. Where a cluster is reached only from inside something, `TEST_CLUSTER_RUN` is the command that kubectl and helm
 * are run by. Undefined, and said aloud, where it is missing.
 */
export async function kubernetes(): Promise<Kubernetes | undefined> {
  const { KUBECONFIG, TEST_CLUSTER_RUN, TEST_LOAD_IMAGE } = process.env;
  const named = (KUBECONFIG || TEST_CLUSTER_RUN) && TEST_LOAD_IMAGE;
  const helmPath = named ? await goTool('helm4') : undefined;
  if (!named || !helmPath) {
    console.warn(
      'SKIPPED: the tests on a cluster: set KUBECONFIG, and TEST_LOAD_IMAGE to what loads an image archive into it',
    );
    return undefined;
  }
  const [load = '', ...loadArgs] = TEST_LOAD_IMAGE.split(/\s+/);
  const prefix = (TEST_CLUSTER_RUN ?? '').split(/\s+/).filter(Boolean);
  const inside = (program: string, args: string[]) => {
    const [first = program, ...rest] = [...prefix, program, ...args];
    return call(first, rest);
  };
  const call = async (program: string, args: string[]): Promise<string> => {
    try {
      return (await run(program, args, { maxBuffer: 64 * 1024 * 1024, timeout: CALL_WITHIN_MS })).stdout;
    } catch (error) {
      const { stdout = '', stderr = '', message } = error as Error & { stdout?: string; stderr?: string };
      throw new Error(`${program} ${args.join(' ')}: ${stderr || message}\n${stdout}`);
    }
  };
  return {
    kubectl: (...args) => inside('kubectl', args),
    helm: (...args) => inside(helmPath, args),
    list: async (...args) => JSON.parse(await inside('kubectl', ['get', '--output', 'json', ...args])).items,
    loadImage: async (file) => void (await call(load, [...loadArgs, file])),
  };
}
