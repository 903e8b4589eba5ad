import { describe, expect, test } from '@jest/globals';
import { type Helm, type KubernetesObject, podsOf } from './helm.ts';

/** What a component reads of an engine's Secret, as files: all that the set `everything` names. */
const FILES: Record<string, Record<string, string>> = {
  mongodb: { MONGODB_CA: 'ca.crt' },
  nats: { NATS_CREDS: 'user.creds', NATS_CA: 'ca.crt', NATS_CERT: 'tls.crt', NATS_KEY: 'tls.key' },
  temporal: {
    TEMPORAL_API_KEY_PATH: 'api-key',
    TEMPORAL_TLS_SERVER_CA_CERT_PATH: 'ca.crt',
    TEMPORAL_TLS_CLIENT_CERT_PATH: 'tls.crt',
    TEMPORAL_TLS_CLIENT_KEY_PATH: 'tls.key',
  },
};
/** By the variable that every user of an engine has. */
const ASKED_BY: Record<string, string> = { mongodb: 'MONGODB_URL', nats: 'NATS_URL', temporal: 'TEMPORAL_ADDRESS' };

interface Source {
  secret: { name: string; items: { key: string; path: string }[] };
}

export function describeEngines(helm: Helm, all: ReadonlyMap<string, KubernetesObject[]>): void {
  describe('engines that ask who we are', () => {
    test('whoever asks an engine has its files, at the paths that its variables say, and nobody else has', () => {
      for (const { name, spec } of podsOf(all.get('everything')!)) {
        const [{ env = [], volumeMounts = [] }] = spec.containers;
        const values = new Map<string, string>(
          env.map((one: { name: string; value: string }) => [one.name, one.value]),
        );
        for (const [engine, files] of Object.entries(FILES)) {
          const asks = values.has(ASKED_BY[engine]!);
          const mount = volumeMounts.find((one: { name: string }) => one.name === `${engine}-credentials`);
          expect([name, engine, mount !== undefined]).toEqual([name, engine, asks]);
          for (const [variable, file] of Object.entries(files))
            expect([name, variable, values.get(variable)]).toEqual([
              name,
              variable,
              asks ? `${mount.mountPath}/${file}` : undefined,
            ]);
          if (!asks) continue;
          const volume = spec.volumes.find((one: { name: string }) => one.name === `${engine}-credentials`);
          const sources: Source[] = volume.projected.sources;
          const paths = sources.flatMap(({ secret }) => secret.items.map((item) => item.path));
          expect(paths.sort()).toEqual(Object.values(files).sort());
          expect(mount.readOnly).toBe(true);
          // A part of a volume would not follow its Secret when that changes.
          expect(mount.subPath).toBeUndefined();
        }
      }
    });

    test('where nothing is asked for, nothing is mounted', () => {
      const text = JSON.stringify([...all.get('external')!, ...all.get('evaluation')!]);
      expect(text).not.toMatch(/-credentials"|TEMPORAL_TLS|NATS_C/);
    });

    test('TLS by an authority that everybody knows is switched on by a word', async () => {
      const objects = await helm.render({ ci: 'external', set: { 'temporal.tls.enabled': true } });
      const asking = podsOf(objects).filter(({ name }) => /worker|incidents|provision-temporal/.test(name));
      expect(asking.length).toBe(3);
      for (const { spec } of asking)
        expect(spec.containers[0].env).toContainEqual({ name: 'TEMPORAL_TLS', value: 'true' });
    });

    test('a Job that is given another Secret is another Job', async () => {
      const names = async (set: Record<string, unknown>) =>
        (await helm.render({ ci: 'external', set }))
          .filter(({ kind }) => kind === 'Job')
          .map(({ metadata }) => metadata.name);
      const [one, other] = await Promise.all([
        names({ 'temporal.apiKey.existingSecret': 'one' }),
        names({ 'temporal.apiKey.existingSecret': 'other' }),
      ]);
      expect(one.slice(0, 2)).toEqual(other.slice(0, 2));
      expect(one[2]).not.toBe(other[2]);
    });

    test('KEDA asks a secured Temporal by an authentication of its own', async () => {
      const { spec } = all
        .get('everything')!
        .find((one) => one.metadata.name === 'tocsin-worker' && one.kind === 'ScaledObject')!;
      const asking = spec.triggers.filter(({ type }: { type: string }) => type === 'temporal');
      expect(asking.length).toBeGreaterThan(3);
      for (const one of asking) expect(one.authenticationRef).toEqual({ name: 'tocsin-temporal' });
      const refusal = await helm.refusal({
        ci: 'external',
        set: { 'temporal.tls.enabled': true, 'components.worker.autoscaling.type': 'keda' },
      });
      expect(refusal).toMatch(/temporal.kedaAuthentication: name the TriggerAuthentication/);
    });

    test('a hook never waits for a Secret that comes after it', async () => {
      const secret = (kind: string, name: string) => ({ apiVersion: 'x/v1', kind, metadata: { name } });
      const set = { 'provisioning.mode': 'hook', extraObjects: [secret('ExternalSecret', 'tocsin-mongodb')] };
      expect(await helm.refusal({ ci: 'external', set })).toMatch(
        /hooks run before extraObjects make the Secret tocsin-mongodb/,
      );
      for (const harmless of [secret('ExternalSecret', 'another'), secret('ConfigMap', 'tocsin-mongodb')])
        await helm.render({ ci: 'external', set: { ...set, extraObjects: [harmless] } });
      await helm.render({ ci: 'external', set: { ...set, 'provisioning.mode': 'job' } });
    });
  });
}
