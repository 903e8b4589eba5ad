import { execFile } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { engineKinds, locate } from '@tocsin/local/engines';
import { parse } from 'yaml';
import { services } from '../../deploy/docker/src/roles.ts';
import { passes } from './flows.ts';
import { CHART, type Helm, type KubernetesObject, podsOf } from './helm.ts';

const run = promisify(execFile);
const WITH_NATS = fileURLToPath(new URL('../../charts/tocsin-with-nats/', import.meta.url));
const STAND_IN = fileURLToPath(new URL('nats-stand-in/', import.meta.url));
const NATS = ['nats', 4222];
const ROUTES = ['cluster', 6222];

/** Tocsin and NATS in one release. NATS' own chart comes from outside: one that is strict about its values stands for it here. */
export function describeWithNats(helm: Helm): void {
  describe('with NATS in the release', () => {
    let folder: string;
    let values: string;
    let objects: KubernetesObject[];
    const find = (kind: string, name: string) =>
      objects.find((one) => one.kind === kind && one.metadata.name === name)!;

    beforeAll(async () => {
      folder = await mkdtemp(path.join(tmpdir(), 'tocsin-with-nats-'));
      for (const file of ['Chart.yaml', 'values.yaml', 'values.schema.json', 'templates'])
        await cp(path.join(WITH_NATS, file), path.join(folder, file), { recursive: true });
      await cp(CHART, path.join(folder, 'charts/tocsin'), { recursive: true, dereference: true });
      await cp(STAND_IN, path.join(folder, 'charts/nats'), { recursive: true });
      const { nats: _, ...production } = parse(await readFile(path.join(CHART, 'ci/external-values.yaml'), 'utf8'));
      values = path.join(folder, 'production.json');
      await writeFile(values, JSON.stringify({ tocsin: production }));
      objects = await helm.render({ chart: folder, files: [values] });
    });
    afterAll(() => rm(folder, { recursive: true, force: true }));

    test('it depends on the Tocsin beside it, and on the NATS that was tried', async () => {
      const { dependencies, version } = parse(await readFile(path.join(WITH_NATS, 'Chart.yaml'), 'utf8'));
      const tocsin = parse(await readFile(path.join(CHART, 'Chart.yaml'), 'utf8'));
      const standIn = parse(await readFile(path.join(STAND_IN, 'Chart.yaml'), 'utf8'));
      expect(dependencies.map((one: Record<string, string>) => [one.name, one.version])).toEqual([
        ['tocsin', tocsin.version],
        ['nats', standIn.version],
      ]);
      expect(version).toBe(tocsin.version);
    });

    test('every service takes its address from the Secret of which NATS takes the password', () => {
      const asked = podsOf(objects)
        .filter(({ labels }) => Object.keys(services).includes(labels['app.kubernetes.io/component']!))
        .map(({ spec }) => spec.containers[0].env.find(({ name }: { name: string }) => name === 'NATS_URL').valueFrom);
      expect(asked.length).toBeGreaterThan(5);
      for (const { secretKeyRef } of asked) expect(secretKeyRef).toEqual({ name: 'tocsin-nats', key: 'url' });
      const [server] = find('StatefulSet', 'tocsin-nats').spec.template.spec.containers;
      expect(server.env).toEqual([
        { name: 'TOCSIN_PASSWORD', valueFrom: { secretKeyRef: { name: 'tocsin-nats', key: 'password' } } },
      ]);
    });

    test('what must pass passes, and nothing else does', () => {
      const policies = objects.filter(({ kind }) => kind === 'NetworkPolicy');
      const nats = find('StatefulSet', 'tocsin-nats').spec.template.metadata;
      for (const { name, labels } of podsOf(objects).filter(({ spec }) => JSON.stringify(spec).includes('NATS_URL'))) {
        expect([name, passes(policies, { labels }, nats, NATS)]).toEqual([name, true]);
        expect([name, passes(policies, { labels }, nats, ROUTES)]).toEqual([name, false]);
      }
      expect(passes(policies, nats, nats, ROUTES)).toBe(true);
      expect(passes(policies, { labels: { app: 'stranger' } }, nats, NATS)).toBe(false);
      expect(passes(policies, nats, { address: '203.0.113.9' }, NATS)).toBe(false);
    });

    test('NATS is confined as everything else is, and one server a machine', () => {
      const { spec } = find('StatefulSet', 'tocsin-nats').spec.template;
      expect(spec.securityContext).toMatchObject({ runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } });
      expect(spec.containers).toHaveLength(2);
      for (const { securityContext } of spec.containers)
        expect(securityContext).toEqual({
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ['ALL'] },
        });
    });

    test('a server of NATS takes its configuration', async () => {
      const file = path.join(folder, 'nats.conf');
      const text = find('ConfigMap', 'tocsin-nats-config').data['nats.conf'] as string;
      await writeFile(file, text);
      const server = await locate(engineKinds.find(({ name }) => name === 'nats-server')!, () => undefined);
      const env = { ...process.env, POD_NAME: 'tocsin-nats-0', TOCSIN_PASSWORD: 'nats-0123456789abcdef' };
      const { stderr } = await run(server, ['-t', '--config', file], { env });
      expect(stderr).toContain('configuration file');
      expect(text).toContain('"sync_interval":"always"');
      expect(text).toContain('"password":$TOCSIN_PASSWORD');
    });

    test('NATS may be elsewhere', async () => {
      const set = { 'nats.enabled': false, 'tocsin.nats.existingSecret': 'elsewhere' };
      const without = await helm.render({ chart: folder, files: [values], set });
      expect(without.filter(({ metadata }) => metadata.name.includes('nats'))).toEqual([]);
      expect(without.some(({ kind }) => kind === 'Deployment')).toBe(true);
    });

    test('what it does not know is refused', async () => {
      expect(await helm.refusal({ chart: folder, files: [values], set: { natz: {} } })).toMatch(/natz/);
      expect(await helm.refusal({ chart: folder, files: [values], set: { 'tocsin.natz': {} } })).toMatch(/natz/);
    });
  });
}
