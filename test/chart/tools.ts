import { execFile } from 'node:child_process';
import { access, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const here = fileURLToPath(new URL('tools/', import.meta.url));
const cache = fileURLToPath(new URL('../../.tocsin/bin/', import.meta.url));
/** Whose schemas the chart is held against. */
export const KUBERNETES: readonly string[] = ['1.31.0', '1.34.0', '1.37.0'];

const BUILD_WITHIN_MS = 15 * 60_000;

interface Tool {
  program: string;
  says: RegExp;
  version: string[];
  import: string;
  tags?: string;
}

/** Each with a `go.mod` that pins it, and how one on PATH says that it will do. */
const goTools = {
  helm4: { program: 'helm', says: /^v4\./, version: ['version', '--short'], import: 'helm.sh/helm/v4/cmd/helm' },
  helm3: { program: 'helm', says: /^v3\./, version: ['version', '--short'], import: 'helm.sh/helm/v3/cmd/helm' },
  kubeconform: {
    program: 'kubeconform',
    says: /v0\.[7-9]|v[1-9]/,
    version: ['-v'],
    import: 'github.com/yannh/kubeconform/cmd/kubeconform',
  },
  promtool: {
    program: 'promtool',
    says: /version (2\.4\d|2\.[5-9]\d|[3-9])/,
    version: ['--version'],
    import: 'github.com/prometheus/prometheus/cmd/promtool',
    // Rules need none of the clouds that Prometheus can look for targets in.
    tags: 'remove_all_sd',
  },
} satisfies Record<string, Tool>;

export type GoTool = keyof typeof goTools;

/** The program's path: on PATH, built before, or built now. Undefined, and said aloud, where it cannot be had. */
export async function goTool(name: GoTool): Promise<string | undefined> {
  const tool: Tool = goTools[name];
  const found = await run(tool.program, tool.version).catch(() => undefined);
  if (found && tool.says.test(found.stdout.trim())) return tool.program;
  const folder = path.join(here, name);
  const module = tool.import.replace(/\/cmd\/.*/, ' ');
  const pinned = (await readFile(path.join(folder, 'go.mod'), 'utf8'))
    .split('\n')
    .find((line) => line.includes(`\t${module}`));
  const target = path.join(cache, `${name}-${pinned?.trim().split(' ')[1]}`);
  if (await exists(target)) return target;
  return orSkip(name, async () => {
    const unfinished = `${target}.${process.pid}`;
    await mkdir(cache, { recursive: true });
    const env = { ...process.env, CGO_ENABLED: '0', GOFLAGS: '-mod=readonly -buildvcs=false' };
    const args = ['build', '-trimpath', '-tags', tool.tags ?? '', '-ldflags', '-s -w', '-o', unfinished, tool.import];
    await run('go', args, { cwd: folder, env, timeout: BUILD_WITHIN_MS });
    await rename(unfinished, target);
    return target;
  });
}

/** A folder of Kubernetes' own schemas, a file each, that need no network. Undefined, and said aloud, where it cannot be had. */
export async function kubernetesSchemas(version: string): Promise<string | undefined> {
  const requirements = path.join(here, 'kubernetes-schemas.txt');
  const pin = /==([\d.]+)/.exec(await readFile(requirements, 'utf8'))?.[1];
  const target = path.join(cache, `kubernetes-schemas-${pin}-${version}`);
  if (await exists(target)) return target;
  return orSkip(`the schemas of Kubernetes ${version}`, async () => {
    const installed = `${target}.${process.pid}`;
    try {
      const args = ['-m', 'pip', 'install', '--quiet', '--require-hashes', '--no-deps', '--target', installed];
      await run('python3', [...args, '-r', requirements], { env: { ...process.env, PIP_USER: '0' } });
      const folder = path.join(installed, 'kubernetes_validate/kubernetes-json-schema', `v${version}-local-strict`);
      for (const file of await readdir(folder)) await standAlone(path.join(folder, file));
      await rename(folder, target);
      return target;
    } finally {
      await rm(installed, { recursive: true, force: true });
    }
  });
}

/** They name each other as if they were on a server: as files, they are found beside each other. */
async function standAlone(file: string): Promise<void> {
  const text = await readFile(file, 'utf8');
  const { $id: _, ...schema } = JSON.parse(text.replaceAll('"/api/_definitions.json', '"_definitions.json'));
  await writeFile(file, JSON.stringify(schema));
}

async function orSkip(name: string, get: () => Promise<string>): Promise<string | undefined> {
  try {
    return await get();
  } catch (error) {
    const why = (error as Error).message.trim().split('\n').slice(0, 3).join(' ');
    console.warn(`SKIPPED: what needs ${name}, which is not on PATH and cannot be built here: ${why}`);
    return undefined;
  }
}

function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
