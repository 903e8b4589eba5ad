import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { describeConventions } from './conventions.ts';
import { describeDocuments } from './documents.ts';
import { describeEngines } from './engines.ts';
import { CHART, createHelm, type Helm, type KubernetesObject } from './helm.ts';
import { describeFlows } from './network.ts';
import { describeRefusals } from './refusals.ts';
import { goTool, KUBERNETES, kubernetesSchemas } from './tools.ts';

const run = promisify(execFile);
/** Asked here and not in a test: whether there are tests at all depends on it. */
const paths = { 4: await goTool('helm4'), 3: await goTool('helm3') };
const kubeconform = await goTool('kubeconform');
const schemas = new Map<string, string | undefined>();
for (const version of KUBERNETES) schemas.set(version, await kubernetesSchemas(version));
const valueSets = (await readdir(path.join(CHART, 'ci'))).map((file) => file.replace('-values.yaml', ''));

const helms = Object.entries(paths).flatMap(([major, at]) => (at ? [{ major, helm: createHelm(at) }] : []));

describeDocuments();

for (const { major, helm } of helms) {
  describe(`Helm ${major}`, () => {
    test.each(valueSets)('takes the values of %s', async (ci) => {
      expect(await helm.lint(ci)).toContain('0 chart(s) failed');
    });
    describeRefusals(helm);
  });
}

const [first] = helms;
if (first) {
  const all = new Map<string, KubernetesObject[]>();
  beforeAll(async () => {
    for (const ci of valueSets) all.set(ci, await first.helm.render({ ci }));
  });
  describeConventions(first.helm, all);
  describeFlows(first.helm);
  describeEngines(first.helm, all);

  const both = helms.length === 2 ? test : test.skip;
  both.each(valueSets)('Helm 3 and Helm 4 make the same of %s', async (ci) => {
    const [one, other] = await Promise.all(helms.map(({ helm }) => helm.render({ ci })));
    expect(withoutSecrets(one!)).toEqual(withoutSecrets(other!));
  });

  describe.each(KUBERNETES)('the schemas of Kubernetes %s', (version) => {
    const folder = schemas.get(version);
    const where = kubeconform && folder ? test : test.skip;
    where.each(valueSets)('take all that comes of %s', async (ci) => {
      expect(await conform(first.helm, ci, version, folder!)).toEqual({ invalid: [], checked: expect.any(Number) });
    });
  });
}

/** An evaluation's are made at random. */
function withoutSecrets(objects: KubernetesObject[]): KubernetesObject[] {
  return objects.filter(({ kind }) => kind !== 'Secret');
}

/** What is not Kubernetes' own is skipped here; the API server of `test/cluster` has it. */
async function conform(helm: Helm, ci: string, version: string, folder: string) {
  const dir = await mkdtemp(path.join(tmpdir(), 'tocsin-chart-'));
  try {
    const file = path.join(dir, 'all.yaml');
    await writeFile(file, await helm.text({ ci }));
    const location = `${folder}/{{ .ResourceKind }}{{ .KindSuffix }}.json`;
    const skip = 'ServiceMonitor,PrometheusRule,HTTPRoute,ScaledObject';
    const args = ['-strict', '-summary', '-output', 'json', '-skip', skip, '-schema-location', location, file];
    const { stdout } = await run(kubeconform!, ['-kubernetes-version', version, ...args]).catch((error) => error);
    const { resources, summary } = JSON.parse(stdout) as {
      resources: { kind: string; name: string; msg: string }[];
      summary: { valid: number; errors: number; invalid: number };
    };
    expect(summary.valid).toBeGreaterThan(20);
    return { invalid: resources.map(({ kind, name, msg }) => `${kind} ${name}: ${msg}`), checked: summary.valid };
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}
