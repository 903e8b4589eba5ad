import { createECDH, randomBytes } from 'node:crypto';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { tocsinDir } from '@tocsin/local/engines';
import { until } from '@tocsin/platform';
import { services } from '../../deploy/docker/src/roles.ts';
import { CHART } from '../chart/helm.ts';
import { buildImages, megabytes } from './images.ts';
import { type Kubernetes, kubernetes } from './kubernetes.ts';

const MINUTE = 60_000;
const cluster = await kubernetes();

if (cluster) onACluster(cluster);
else test.skip('on a cluster', () => {});

function onACluster({ kubectl, helm, list, loadImage }: Kubernetes): void {
  const namespace = `tocsin-test-${randomBytes(3).toString('hex')}`;
  const tag = namespace;
  const images = path.join(tocsinDir, 'test', 'images');
  const localImage = (name: string) => ({ registry: 'localhost', repository: name, tag, pullPolicy: 'Never' });
  const values = {
    image: localImage('tocsin'),
    nats: { streams: { replicas: 1 } },
    componentDefaults: { replicas: 1 },
    vapid: { existingSecret: 'browsers', subject: 'mailto:security@example.com' },
    // Not every cluster's resolver is a pod with the usual label, nor has every cluster IPv6.
    networkPolicy: { dns: { to: [] }, privateNetworks: { ipv6: [] } },
    evaluation: {
      enabled: true,
      nats: { image: localImage('nats-server') },
      mongodb: { image: localImage('mongod') },
      temporal: { image: localImage('temporal') },
    },
  };
  const set = Object.entries(values).flatMap(([key, value]) => ['--set-json', `${key}=${JSON.stringify(value)}`]);
  const inIt = ['--namespace', namespace];
  const drill = () => helm('test', 'tocsin', ...inIt, '--logs', '--timeout', '3m');
  // biome-ignore lint/suspicious/noExplicitAny: objects of Kubernetes
  const ready = async (name: string): Promise<any> =>
    (await list('deployments', ...inIt)).find(
      ({ metadata, status, spec }) =>
        metadata.name === `tocsin-${name}` && status.readyReplicas === spec.replicas && !status.unavailableReplicas,
    );

  /** Whether some container of the component comes to say this in its pod's status. */
  const eventually = (name: string, words: RegExp): Promise<boolean> =>
    until(
      async () => {
        const pods = await list('pods', ...inIt, '--selector', `app.kubernetes.io/component=${name}`);
        const states = pods.flatMap(({ status }) => status.containerStatuses ?? []);
        return states.some(({ state, lastState }) =>
          [state?.waiting, state?.terminated, lastState?.terminated].some((one) => words.test(one?.message ?? '')),
        );
      },
      { timeoutMs: 2 * MINUTE, everyMs: 500, what: `${name} to say ${words}` },
    );

  describe('on a cluster', () => {
    beforeAll(async () => {
      for (const file of await buildImages(images, tag)) await loadImage(file);
      await kubectl('create', 'namespace', namespace);
      await kubectl('label', 'namespace', namespace, 'pod-security.kubernetes.io/enforce=restricted');
      await kubectl('create', 'secret', 'generic', 'browsers', ...inIt, ...vapidPair());
    }, 15 * MINUTE);

    afterAll(() => kubectl('delete', 'namespace', namespace, '--wait=false'), MINUTE);

    test('the image is below 350 MB', async () => {
      expect(await megabytes(path.join(images, 'tocsin.tar'))).toBeLessThan(350);
    });

    test(
      'comes up from nothing in a namespace that enforces the restricted level',
      async () => {
        const startedAt = Date.now();
        await helm('install', 'tocsin', CHART, ...inIt, ...set, '--wait', '--wait-for-jobs', '--timeout', '8m');
        console.log(`installed and ready after ${((Date.now() - startedAt) / 1000).toFixed(1)} s`);
        for (const name of Object.keys(services))
          expect([name, (await ready(name)) !== undefined]).toEqual([name, true]);
      },
      9 * MINUTE,
    );

    test(
      'helm test pages the simulated phone, and accepts on it',
      async () => {
        const said = await drill();
        expect(said).toMatch(/somebody was paged after \d+ ms/);
        expect(said).toMatch(/it was accepted after \d+ ms/);
        expect(said).toContain('the drill passed');
      },
      4 * MINUTE,
    );

    test(
      'what must not pass does not: a service reaches no other, and a stranger no engine',
      async () => {
        const script = (host: string, port: number) =>
          `const s=require('node:net').connect(${port},'${host}');s.setTimeout(3000,()=>{console.log('blocked');process.exit()});s.on('connect',()=>{console.log('open');process.exit()});s.on('error',e=>{console.log(e.code);process.exit()})`;
        const from = (name: string, host: string, port: number) =>
          kubectl(...inIt, 'exec', `deployment/tocsin-${name}`, '--', '/usr/local/bin/node', '-e', script(host, port));
        expect(await from('ingestion', 'tocsin-mongodb', 27017)).toContain('open');
        expect(await from('ingestion', 'tocsin-temporal', 7233)).toContain('blocked');
        expect(await from('worker', 'tocsin-mongodb', 27017)).toContain('blocked');
        expect(await from('worker', 'tocsin-gateway', 9464)).toContain('blocked');
        expect(await from('notifier-sms', 'tocsin-simulator', 8080)).toContain('open');
        expect(await from('gateway', 'tocsin-simulator', 8080)).toContain('blocked');
      },
      2 * MINUTE,
    );

    test(
      'every service comes back after its pod was killed, and somebody is paged as before',
      async () => {
        const pods = await list('pods', ...inIt);
        const ours = pods.filter(({ metadata }) =>
          Object.hasOwn(services, metadata.labels['app.kubernetes.io/component']),
        );
        expect(ours).toHaveLength(Object.keys(services).length);
        const names = ours.map(({ metadata }) => metadata.name);
        await kubectl(...inIt, 'delete', 'pod', '--force', '--grace-period=0', ...names);
        for (const name of Object.keys(services))
          await until(async () => (await ready(name)) !== undefined, {
            timeoutMs: 4 * MINUTE,
            everyMs: 1_000,
            what: `${name} to be ready again`,
          });
        expect(await drill()).toContain('the drill passed');
      },
      9 * MINUTE,
    );

    test(
      'what is wrong is said in the status of the new pod, the old one serves on, and a rollback mends it',
      async () => {
        const uri = 'mongodb://nobody:27017/tocsin';
        await kubectl(...inIt, 'create', 'secret', 'generic', 'wrong', `--from-literal=uri=${uri}`);
        const wrong = ['--set', 'mongodb.existingSecret=wrong', '--set', 'keys.gateway.existingSecret=missing'];
        await helm('upgrade', 'tocsin', CHART, ...inIt, ...set, ...wrong);
        expect(await eventually('roster', /MongoDB at nobody:27017/)).toBe(true);
        expect(await eventually('gateway', /secret "missing" not found/)).toBe(true);
        const serving = (await list('deployments', ...inIt)).filter(({ status }) => status.readyReplicas === 1);
        expect(serving.map(({ metadata }) => metadata.name)).toEqual(
          expect.arrayContaining(Object.keys(services).map((name) => `tocsin-${name}`)),
        );
        await helm('rollback', 'tocsin', '1', ...inIt, '--wait', '--timeout', '4m');
        expect(await drill()).toContain('the drill passed');
      },
      9 * MINUTE,
    );

    test(
      'an upgrade that changes nothing changes nothing, and an uninstall leaves nothing',
      async () => {
        const uids = async () =>
          (await list('pods,jobs,secrets', ...inIt))
            .filter(({ metadata }) => !metadata.deletionTimestamp)
            .map(({ metadata }) => metadata.uid)
            .sort();
        const kept = (all: string[], other: string[]) => all.filter((one) => other.includes(one));
        const before = await uids();
        await helm('upgrade', 'tocsin', CHART, ...inIt, ...set, '--wait', '--timeout', '5m');
        const after = await uids();
        // The release's own record is one more.
        expect(kept(before, after)).toEqual(before);
        expect(await drill()).toContain('the drill passed');
        await helm('uninstall', 'tocsin', ...inIt, '--wait');
        const kinds =
          'deployments,services,jobs,secrets,configmaps,serviceaccounts,networkpolicies,poddisruptionbudgets';
        const left = async () =>
          (await list(kinds, ...inIt)).filter(({ metadata }) => metadata.labels?.['app.kubernetes.io/instance']);
        await until(async () => (await left()).length === 0, {
          timeoutMs: MINUTE,
          everyMs: 500,
          what: 'nothing to be left',
        });
      },
      8 * MINUTE,
    );
  });
}

/** The pair of keys that browsers know us by, as `kubectl create secret` takes it. */
function vapidPair(): string[] {
  const pair = createECDH('prime256v1');
  pair.generateKeys();
  // A number that begins with zeros is written with them.
  const hidden = Buffer.from(pair.getPrivateKey('hex').padStart(64, '0'), 'hex').toString('base64url');
  const open = pair.getPublicKey('base64url');
  return [`--from-literal=public=${open}`, `--from-literal=private=${hidden}`];
}
