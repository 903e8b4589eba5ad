import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { describeAlerts } from './alerts.ts';
import { describeConventions } from './conventions.ts';
import { describeDocuments } from './documents.ts';
import { describeEngines } from './engines.ts';
import { describeExamples, EXAMPLES, RELEASES, releaseFile } from './examples.ts';
import { CHART, createHelm, type KubernetesObject, type RenderOptions } from './helm.ts';
import { describeFlows } from './network.ts';
import { describeRefusals } from './refusals.ts';
import { goTool, KUBERNETES, kubernetesSchemas } from './tools.ts';
import { describeWithNats } from './with-nats.ts';

const run = promisify(execFile);
const CUSTOM_RESOURCES = fileURLToPath(new URL('custom-resources', import.meta.url));
/** Asked here and not in a test: whether there are tests at all depends on it. */
const paths = { 4: await goTool('helm4'), 3: await goTool('helm3') };
const kubeconform = await goTool('kubeconform');
const promtool = await goTool('promtool');
const schemas = new Map<string, string | undefined>();
for (const version of KUBERNETES) schemas.set(version, await kubernetesSchemas(version));
const valueSets = (await readdir(path.join(CHART, 'ci'))).map((file) => file.replace('-values.yaml', ''));

/** What is held by all that a chart is held by: the sets in `ci`, and the examples. */
const valuesOf: Record<string, RenderOptions> = {
  ...Object.fromEntries(valueSets.map((ci) => [ci, { ci }])),
  ...Object.fromEntries(Object.entries(EXAMPLES).map(([name, options]) => [`example ${name}`, options])),
};

const helms = Object.entries(paths).flatMap(([major, at]) => (at ? [{ major, helm: createHelm(at) }] : []));

describeDocuments();

for (const { major, helm } of helms) {
  describe(`Helm ${major}`, () => {
    test.each(valueSets)('takes the values of %s', async (ci) => {
      expect(await helm.lint(ci)).toContain('0 chart(s) failed');
    });
    describeRefusals(helm);
    describeWithNats(helm);
  });
}

const [first] = helms;
if (first) {
  const all = new Map<string, KubernetesObject[]>();
  beforeAll(async () => {
    for (const [name, options] of Object.entries(valuesOf)) all.set(name, await first.helm.render(options));
  });
  describeConventions(first.helm, all);
  describeAlerts(promtool, () => all.get('everything')!);
  describeFlows(first.helm);
  describeEngines(first.helm, all);
  describeExamples(first.helm);

  const both = helms.length === 2 ? test : test.skip;
  both.each(valueSets)('Helm 3 and Helm 4 make the same of %s', async (ci) => {
    const [one, other] = await Promise.all(helms.map(({ helm }) => helm.render({ ci })));
    expect(withoutSecrets(one!)).toEqual(withoutSecrets(other!));
  });

  describe.each(KUBERNETES)('the schemas of Kubernetes %s', (version) => {
    const folder = schemas.get(version);
    const where = kubeconform && folder ? test : test.skip;
    where.each(Object.keys(valuesOf))('take all that comes of %s', async (name) => {
      const made = await conform(await first.helm.text(valuesOf[name]!), version, folder!);
      expect(made).toEqual({ invalid: [], checked: expect.any(Number) });
      expect(made.checked).toBeGreaterThan(20);
    });
    where.each(Object.keys(RELEASES))('and a schema of its own takes %s', async (file) => {
      const objects = await conform(await readFile(releaseFile(file), 'utf8'), version, folder!);
      expect(objects).toEqual({ invalid: [], checked: expect.any(Number) });
      expect(objects.checked).toBeGreaterThan(0);
    });
  });
}

/** An evaluation's are made at random. */
function withoutSecrets(objects: KubernetesObject[]): KubernetesObject[] {
  return objects.filter(({ kind }) => kind !== 'Secret');
}

/** Nothing is passed over: what is not Kubernetes' own has a schema beside this, of the part that is used here. */
async function conform(text: string, version: string, folder: string) {
  const dir = await mkdtemp(path.join(tmpdir(), 'tocsin-chart-'));
  try {
    const file = path.join(dir, 'all.yaml');
    await writeFile(file, text);
    const locations = [folder, CUSTOM_RESOURCES].flatMap((where) => [
      '-schema-location',
      `${where}/{{ .ResourceKind }}{{ .KindSuffix }}.json`,
    ]);
    const args = ['-strict', '-summary', '-output', 'json', ...locations, file];
    const { stdout } = await run(kubeconform!, ['-kubernetes-version', version, ...args]).catch((error) => error);
    const { resources, summary } = JSON.parse(stdout) as {
      resources: { kind: string; name: string; msg: string }[];
      summary: { valid: number; skipped: number };
    };
    expect(summary.skipped).toBe(0);
    return { invalid: resources.map(({ kind, name, msg }) => `${kind} ${name}: ${msg}`), checked: summary.valid };
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}
