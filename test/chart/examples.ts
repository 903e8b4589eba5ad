import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { parseAllDocuments, stringify } from 'yaml';
import { component, type Helm, type KubernetesObject, podsOf, type RenderOptions } from './helm.ts';

const folder = fileURLToPath(new URL('../../deploy/examples/', import.meta.url));
const read = (file: string) => readFile(path.join(folder, file), 'utf8');
const values = (...names: string[]): RenderOptions => ({
  files: names.map((name) => path.join(folder, 'values', `${name}.yaml`)),
});

/** Each example's values, in the order in which they are laid on each other. */
export const EXAMPLES: Readonly<Record<string, RenderOptions>> = {
  production: values('production'),
  evaluation: values('evaluation'),
  'temporal-cloud': values('production', 'temporal-cloud'),
  'air-gapped': values('production', 'air-gapped'),
};

/** What a tool that keeps releases is given, and where the chart's values are in it. */
export const RELEASES: Readonly<Record<string, (objects: KubernetesObject[]) => Record<string, unknown>>> = {
  'argo-cd.yaml': ([application]) => application!.spec.source.helm.valuesObject,
  'flux.yaml': (objects) => objects.find(({ kind }) => kind === 'HelmRelease')!.spec.values,
};

const imagesOf = (objects: readonly KubernetesObject[]): string[] =>
  podsOf(objects).flatMap(({ spec }) => spec.containers.map(({ image }: { image: string }) => image));

export function describeExamples(helm: Helm): void {
  describe('examples', () => {
    const files = ['argo-cd.yaml', 'flux.yaml', ...Object.keys(EXAMPLES).map((name) => `values/${name}.yaml`)];

    test.each(files)('%s says in its head how it is used and what to change', async (file) => {
      const head = /^(#.*\n)+/.exec(await read(file))?.[0] ?? '';
      expect(head).toMatch(/# Change: /);
      expect(head).toMatch(/helm install|kubectl apply/);
    });

    test('what production needs beforehand is in its head, by name and key', async () => {
      const head = /^(#.*\n)+/.exec(await read('values/production.yaml'))![0];
      for (const { name, key } of secretsOf(await helm.render(EXAMPLES.production!)))
        expect([name, key, new RegExp(`\\b${name} \\([^)]*\\b${key}\\b[^)]*\\)`).test(head)]).toEqual([
          name,
          key,
          true,
        ]);
    });

    test('production spreads over three zones, and gives way to nobody', async () => {
      const objects = await helm.render(EXAMPLES.production!);
      for (const { spec } of objects.filter(({ kind }) => kind === 'Deployment')) {
        expect(spec.replicas ?? 3).toBe(3);
        expect(spec.template.spec.priorityClassName).toBe('paging');
        expect(spec.template.spec.topologySpreadConstraints[0]).toMatchObject({
          topologyKey: 'topology.kubernetes.io/zone',
          whenUnsatisfiable: 'DoNotSchedule',
        });
      }
    });

    test('Temporal Cloud is asked with a key and no certificate, and nothing is made in it', async () => {
      const objects = await helm.render(EXAMPLES['temporal-cloud']!);
      const jobs = objects.filter(({ kind }) => kind === 'Job').map(component);
      expect(jobs).toEqual(['provision-store', 'provision-streams']);
      const worker = podsOf(objects).find(({ name }) => name === 'tocsin-worker')!;
      const env = worker.spec.containers[0].env.map((one: { name: string }) => one.name);
      expect(env).toEqual(expect.arrayContaining(['TEMPORAL_TLS', 'TEMPORAL_API_KEY_PATH']));
      expect(env.filter((one: string) => /CERT|KEY_PATH$/.test(one))).toEqual(['TEMPORAL_API_KEY_PATH']);
    });

    test('without a way out, every image is of one’s own registry and by digest, and nobody may go out', async () => {
      const evaluation = { ...EXAMPLES['air-gapped'], set: { 'evaluation.enabled': true } };
      for (const options of [EXAMPLES['air-gapped']!, evaluation])
        for (const image of imagesOf(await helm.render(options)))
          expect(image).toMatch(/^registry\.internal\.example\/\S+@sha256:[0-9a-f]{64}$/);
      const objects = await helm.render(EXAMPLES['air-gapped']!);
      expect(objects.map(component)).not.toContain('notifier-sms');
      expect(objects.map(component)).not.toContain('notifier-push');
    });

    test('the list of images is what the chart pulls', async () => {
      const listed = (await read('images.txt')).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
      expect(listed.sort()).toEqual([...new Set(imagesOf(await helm.render(EXAMPLES.evaluation!)))].sort());
    });

    test.each(Object.entries(RELEASES))('the values in %s install', async (file, valuesIn) => {
      const objects = await releaseObjects(file);
      const dir = await mkdtemp(path.join(tmpdir(), 'tocsin-example-'));
      try {
        const own = path.join(dir, 'values.yaml');
        await writeFile(own, stringify(valuesIn(objects)));
        expect((await helm.render({ files: [own] })).length).toBeGreaterThan(50);
      } finally {
        await rm(dir, { recursive: true, force: true });
      }
    });
  });
}

export async function releaseObjects(file: string): Promise<KubernetesObject[]> {
  return parseAllDocuments(await read(file)).map((one) => one.toJS() as KubernetesObject);
}

export const releaseFile = (file: string): string => path.join(folder, file);

/** Every Secret that a pod reads, by variable or by file. */
function secretsOf(objects: readonly KubernetesObject[]): { name: string; key: string }[] {
  return podsOf(objects).flatMap(({ spec }) => {
    const variables = spec.containers.flatMap(({ env = [] }: { env?: object[] }) =>
      env.flatMap(
        (one: { valueFrom?: { secretKeyRef?: { name: string; key: string } } }) => one.valueFrom?.secretKeyRef ?? [],
      ),
    );
    const files = (spec.volumes ?? []).flatMap(
      (volume: { projected?: { sources: { secret: { name: string; items: { key: string }[] } }[] } }) =>
        (volume.projected?.sources ?? []).flatMap(({ secret }) =>
          secret.items.map(({ key }) => ({ name: secret.name, key })),
        ),
    );
    return [...variables, ...files];
  });
}
