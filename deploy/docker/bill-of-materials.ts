import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const SPEC = '1.6';

interface Component {
  'bom-ref': string;
  type: string;
  name: string;
  group?: string;
  version: string;
  purl: string;
}

export interface BillOfMaterials {
  bomFormat: 'CycloneDX';
  specVersion: string;
  metadata: { component: { name: string; version: string } };
  components: Component[];
  dependencies: { ref: string; dependsOn?: string[] }[];
}

export interface BillOptions {
  /** The installed workspace. */
  root: string;
  /** Where the tree's packages are: `node_modules/.pnpm`. */
  store: string;
  /** Packages that were built into the console, as `name@version`. */
  bundled: readonly string[];
}

/**
 * What the image is made of besides its base: the lockfile's packages that are in the tree or were built into the console, with their licences and
 * hashes, and Node itself. By pnpm's own `sbom`, which knows the lockfile best; what was left out of the tree is left out here.
 */
export async function billOfMaterials({ root, store, bundled }: BillOptions): Promise<BillOfMaterials> {
  const inTree = new Set((await readdir(store)).map(nameAndVersion));
  const built = new Set(bundled);
  const [product, console] = await Promise.all([
    sbom(root, ['--filter', '@tocsin/image...', '--prod']),
    sbom(root, ['--filter', '@tocsin/console', '--dev']),
  ]);
  const isOurs = ({ purl }: Component) => purl.startsWith('pkg:npm/%40tocsin/');
  const kept = new Map<string, Component>();
  for (const one of product.components) if (isOurs(one) || inTree.has(idOf(one))) kept.set(one['bom-ref'], one);
  for (const one of console.components) if (built.has(idOf(one))) kept.set(one['bom-ref'], one);
  const missing = [...built].filter((id) => ![...kept.values()].some((one) => idOf(one) === id));
  if (missing.length > 0)
    throw new Error(`the lockfile does not know what was built into the console: ${missing.join(', ')}`);
  const node = process.versions.node;
  const purl = `pkg:generic/node@${node}`;
  kept.set(purl, { type: 'platform', name: 'node', version: node, purl, 'bom-ref': purl });
  const refs = new Set([...kept.keys(), rootRef(product)]);
  const edges = new Map<string, Set<string>>();
  for (const { ref, dependsOn = [] } of [...product.dependencies, ...console.dependencies]) {
    if (!refs.has(ref)) continue;
    const to = edges.get(ref) ?? new Set<string>();
    for (const other of dependsOn) if (kept.has(other)) to.add(other);
    edges.set(ref, to);
  }
  const byRef = (one: { 'bom-ref': string }, other: { 'bom-ref': string }) =>
    one['bom-ref'] < other['bom-ref'] ? -1 : 1;
  return {
    ...product,
    components: [...kept.values()].sort(byRef),
    dependencies: [...edges].map(([ref, to]) => ({ ref, dependsOn: [...to].sort() })),
  };
}

async function sbom(root: string, args: string[]): Promise<BillOfMaterials> {
  const { packageManager } = JSON.parse(await readFile(path.join(root, 'package.json'), 'utf8')) as {
    packageManager: string;
  };
  const format = ['--sbom-format', 'cyclonedx', '--sbom-spec-version', SPEC, '--sbom-type', 'application'];
  // The version run is the pinned one already.
  const env = { ...process.env, CI: 'true', pnpm_config_pm_on_fail: 'ignore' };
  const { stdout } = await run('npx', ['-y', packageManager, ...args, 'sbom', ...format], {
    cwd: root,
    env,
    maxBuffer: 1e8,
  });
  return JSON.parse(stdout) as BillOfMaterials;
}

function rootRef({ metadata }: BillOfMaterials): string {
  return (metadata.component as unknown as Component)['bom-ref'];
}

function idOf({ group, name, version }: Component): string {
  return `${group ? `${group}/` : ''}${name}@${version}`;
}

/** Of pnpm's folder for a package, such as `@temporalio+worker@1.24.0_postcss@8.5.33`. */
function nameAndVersion(folder: string): string {
  const [, name = folder, version = ''] = /^(@?[^@]+)@([^_(]+)/.exec(folder) ?? [];
  return `${name.replace('+', '/')}@${version}`;
}
