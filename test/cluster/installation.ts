import { createECDH, randomBytes } from 'node:crypto';
import { until } from '@tocsin/platform';
import { services } from '../../deploy/docker/src/roles.ts';
import { CHART } from '../chart/helm.ts';
import { organisationYaml } from '../harness/organisation.ts';
import type { Kubernetes } from './kubernetes.ts';
import { PEOPLE, POLICY } from './load.ts';

const MINUTE = 60_000;
export const RELEASE = 'tocsin';
export const SERVICES: readonly string[] = Object.keys(services);

/** An evaluation in a namespace of its own that enforces the restricted level, with two replicas of each service. */
export interface Installation {
  readonly namespace: string;
  /** Arguments that every kubectl and helm has. */
  readonly inIt: readonly string[];
  image(name: string): string;
  /** As the values name it. */
  readonly productImage: object;
  prepare(): Promise<void>;
  /** Returns how long it took until everything was ready, in ms. */
  install(): Promise<number>;
  /** `helm upgrade` with other values beside those of the installation. */
  upgrade(values?: Record<string, unknown>, ...args: string[]): Promise<string>;
  rollback(revision: number): Promise<string>;
  /** The revision that serves now. */
  revision(): Promise<number>;
  /** What `helm test` said. */
  drill(): Promise<string>;
  /** Resolves when all replicas of these are ready, and no others are left of them. */
  ready(names?: readonly string[]): Promise<void>;
  // biome-ignore lint/suspicious/noExplicitAny: objects of Kubernetes
  pods(component: string): Promise<any[]>;
  /** Resolves when some container of the component says this in its pod's status. */
  says(component: string, words: RegExp): Promise<string>;
}

export function createInstallation({ helm, list, apply }: Kubernetes): Installation {
  const namespace = `tocsin-test-${randomBytes(3).toString('hex')}`;
  const tag = namespace;
  const inIt = ['--namespace', namespace];
  const image = (repository: string) => ({ registry: 'localhost', repository, tag, pullPolicy: 'Never' });
  const drillKey = { secretKeyRef: { name: `${RELEASE}-evaluation`, key: 'drill-key' } };
  const values = {
    image: image('tocsin'),
    nats: { streams: { replicas: 1 } },
    vapid: { existingSecret: 'browsers', subject: 'mailto:security@example.com' },
    organisation: { existingConfigMap: 'people', extraEnv: [{ name: 'DRILL_KEY', valueFrom: drillKey }] },
    // A surge of all services at once fits into two cores, and the engines, which are elsewhere in production, keep their part of them.
    componentDefaults: { resources: requesting('25m', '96Mi', '384Mi') },
    // Not every cluster's resolver is a pod with the usual label, nor has every cluster IPv6.
    networkPolicy: { dns: { to: [] }, privateNetworks: { ipv6: [] } },
    evaluation: {
      enabled: true,
      nats: { image: image('nats-server'), resources: requesting('100m', '64Mi', '256Mi') },
      mongodb: { image: image('mongod'), resources: requesting('300m', '256Mi', '1Gi') },
      temporal: { image: image('temporal'), resources: requesting('300m', '128Mi', '512Mi') },
    },
  };
  const asArgs = (all: Record<string, unknown>) =>
    Object.entries(all).flatMap(([key, value]) => ['--set-json', `${key}=${JSON.stringify(value)}`]);
  const set = asArgs(values);
  const pods = (component: string) =>
    list('pods', ...inIt, '--selector', `app.kubernetes.io/component=${component},app.kubernetes.io/name=tocsin`);

  return {
    namespace,
    inIt,
    productImage: image('tocsin'),
    image: (name) => `localhost/${name}:${tag}`,
    pods,
    async prepare() {
      await apply(
        {
          apiVersion: 'v1',
          kind: 'Namespace',
          metadata: {
            name: namespace,
            labels: { 'pod-security.kubernetes.io/enforce': 'restricted', 'tocsin-test': 'namespace' },
          },
        },
        {
          apiVersion: 'v1',
          kind: 'Secret',
          metadata: { name: 'browsers', namespace },
          stringData: vapidPair(),
        },
        {
          apiVersion: 'v1',
          kind: 'ConfigMap',
          metadata: { name: 'people', namespace },
          data: { 'organisation.yaml': organisation() },
        },
      );
    },
    async install() {
      const startedAt = Date.now();
      await helm('install', RELEASE, CHART, ...inIt, ...set, '--wait', '--wait-for-jobs', '--timeout', '8m');
      return Date.now() - startedAt;
    },
    upgrade: (more = {}, ...args) => helm('upgrade', RELEASE, CHART, ...inIt, ...set, ...asArgs(more), ...args),
    rollback: (revision) => helm('rollback', RELEASE, String(revision), ...inIt),
    async revision() {
      const { version } = JSON.parse(await helm('status', RELEASE, ...inIt, '--output', 'json')) as { version: number };
      return version;
    },
    drill: () => helm('test', RELEASE, ...inIt, '--logs', '--timeout', '3m'),
    async ready(names = SERVICES) {
      await until(
        async () => {
          const all = await list('deployments', ...inIt);
          const waiting = names.filter((name) => {
            const { spec, status, metadata } = all.find((one) => one.metadata.name === `${RELEASE}-${name}`) ?? {};
            const { readyReplicas, replicas, updatedReplicas, observedGeneration } = status ?? {};
            const isWhole = [readyReplicas, replicas, updatedReplicas].every((count) => count === spec?.replicas);
            return !isWhole || observedGeneration !== metadata?.generation;
          });
          if (waiting.length > 0) throw new Error(`not ready: ${waiting.join(', ')}`);
          return true;
        },
        { timeoutMs: 4 * MINUTE, everyMs: 500, what: 'every replica to be ready' },
      );
    },
    says: (component, words) =>
      until(
        async () => {
          const states = (await pods(component)).flatMap(({ status }) => status.containerStatuses ?? []);
          return states
            .flatMap(({ state, lastState }) => [state?.waiting, state?.terminated, lastState?.terminated])
            .map((one) => String(one?.message ?? ''))
            .find((message) => words.test(message));
        },
        { timeoutMs: 2 * MINUTE, everyMs: 500, what: `${component} to say ${words}` },
      ),
  };
}

function requesting(cpu: string, memory: string, limit: string): object {
  return { requests: { cpu, memory }, limits: { memory: limit } };
}

/** The people of the tests, and an integration for drills. */
function organisation(): string {
  const whole = JSON.parse(organisationYaml({ ...POLICY, people: [...PEOPLE] }));
  const drills = { id: 'drill', name: 'Drills', source: 'generic', team: 'secops' };
  whole.integrations.push({ ...drills, key: '$' + '{DRILL_KEY}', drill: true });
  return JSON.stringify(whole);
}

/** The pair of keys that browsers know us by. */
function vapidPair(): { public: string; private: string } {
  const pair = createECDH('prime256v1');
  pair.generateKeys();
  // A number that begins with zeros is written with them.
  const hidden = Buffer.from(pair.getPrivateKey('hex').padStart(64, '0'), 'hex').toString('base64url');
  return { public: pair.getPublicKey('base64url'), private: hidden };
}
