import { describe, expect, test } from '@jest/globals';
import { jobs, services, tools } from '../../deploy/docker/src/roles.ts';
import { component, type Helm, type KubernetesObject, podsOf } from './helm.ts';

/** Variables that hold, or may hold, a credential. */
const SECRET = /^(MONGODB_URL|TWILIO_ACCOUNTS|SLACK_WORKSPACES|GATEWAY_OIDC|(?!NATS_).*_KEY)$/;
const ENGINES = ['nats', 'mongodb', 'temporal'];

/** What platform engineers look for in a chart, held over everything that the value sets make. */
export function describeConventions(helm: Helm, all: ReadonlyMap<string, KubernetesObject[]>): void {
  const everything = () => [...all.values()].flat();
  const deployments = (ci: string) => all.get(ci)!.filter(({ kind }) => kind === 'Deployment');
  const ours = (ci: string) => deployments(ci).filter((one) => !ENGINES.includes(component(one)));
  const find = (ci: string, kind: string, name: string) =>
    all.get(ci)!.find((one) => one.kind === kind && one.metadata.name === name);

  describe('conventions', () => {
    test('there is a component for each service of the image, and each runs a role that the image has', () => {
      const names = ours('evaluation').map(component);
      // Browsers are pushed to with a pair of keys, which an evaluation does not have.
      const withoutKeys = Object.keys(services).filter((one) => one !== 'notifier-push');
      expect(names.sort()).toEqual([...withoutKeys, 'simulator'].sort());
      expect(ours('external').map(component).sort()).toEqual(Object.keys(services).sort());
      const roles = { ...services, ...jobs, ...tools };
      for (const { spec, labels } of podsOf(everything())) {
        if (ENGINES.includes(labels['app.kubernetes.io/component']!)) continue;
        for (const { args } of spec.containers) expect(Object.keys(roles)).toContain(args[0]);
      }
    });

    test('every object has the labels that Kubernetes recommends, and a namespace', () => {
      for (const { kind, metadata } of everything().filter(({ metadata }) => !/-(extra|text)$/.test(metadata.name))) {
        expect([kind, metadata]).toEqual([
          kind,
          expect.objectContaining({
            namespace: 'paging',
            labels: expect.objectContaining({
              'app.kubernetes.io/name': 'tocsin',
              'app.kubernetes.io/instance': 'tocsin',
              'app.kubernetes.io/part-of': 'tocsin',
              'app.kubernetes.io/managed-by': 'Helm',
              'app.kubernetes.io/component': expect.any(String),
              'app.kubernetes.io/version': expect.any(String),
              'helm.sh/chart': expect.stringMatching(/^tocsin-\d/),
            }),
          }),
        ]);
      }
    });

    test('selectors hold what never changes, and select pods that are there', () => {
      for (const { spec } of everything().filter(({ kind }) => kind === 'Deployment'))
        expect(Object.keys(spec.selector.matchLabels).sort()).toEqual([
          'app.kubernetes.io/component',
          'app.kubernetes.io/instance',
          'app.kubernetes.io/name',
        ]);
      for (const [ci, objects] of all) {
        const pods = podsOf(objects).map(({ labels }) => labels);
        for (const { metadata, spec } of objects.filter(({ kind }) => kind === 'Service'))
          expect([ci, metadata.name, pods.some((labels) => isIn(spec.selector, labels))]).toEqual([
            ci,
            metadata.name,
            true,
          ]);
      }
    });

    test('every pod is of the restricted level, on a root that cannot be written to, without a token', () => {
      for (const { name, spec } of podsOf(everything())) {
        expect([name, spec.securityContext]).toEqual([
          name,
          expect.objectContaining({ runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } }),
        ]);
        expect(spec.securityContext.runAsUser).toBeGreaterThan(0);
        expect([name, spec.automountServiceAccountToken, spec.enableServiceLinks]).toEqual([name, false, false]);
        expect([spec.hostNetwork, spec.hostPID, spec.hostIPC]).toEqual([undefined, undefined, undefined]);
        expect((spec.volumes ?? []).some((one: object) => 'hostPath' in one)).toBe(false);
        for (const { securityContext, resources } of spec.containers) {
          expect([name, securityContext]).toEqual([
            name,
            {
              allowPrivilegeEscalation: false,
              readOnlyRootFilesystem: true,
              runAsNonRoot: true,
              capabilities: { drop: ['ALL'] },
            },
          ]);
          expect([name, resources.requests.cpu, resources.requests.memory, resources.limits.memory]).not.toContain(
            undefined,
          );
        }
      }
    });

    test('no variable is there twice, and what may be a credential comes from a Secret', () => {
      for (const { name, spec } of podsOf(everything())) {
        for (const { env = [] } of spec.containers) {
          const names = env.map((one: { name: string }) => one.name);
          expect([name, names]).toEqual([name, [...new Set(names)]]);
          for (const one of env.filter(({ name: variable }: { name: string }) => SECRET.test(variable)))
            expect([name, one.name, one.valueFrom?.secretKeyRef]).toEqual([
              name,
              one.name,
              { name: expect.stringMatching(/./), key: expect.stringMatching(/./) },
            ]);
        }
      }
      for (const ci of ['external', 'everything', 'no-telephone'])
        expect(all.get(ci)!.filter(({ kind }) => kind === 'Secret')).toEqual([]);
    });

    test('what an operator sets wins over what the chart sets', () => {
      const { env } = find('everything', 'Deployment', 'tocsin-ingestion')!.spec.template.spec.containers[0];
      expect(env).toContainEqual({ name: 'LOG_LEVEL', value: 'warn' });
      expect(env).toContainEqual({ name: 'OTEL_RESOURCE_ATTRIBUTES', value: 'deployment.environment=production' });
    });

    test('three probes ask three things, and none of them is asked of a public port', () => {
      for (const object of ours('external')) {
        const { startupProbe, livenessProbe, readinessProbe } = object.spec.template.spec.containers[0];
        expect([startupProbe, livenessProbe, readinessProbe].map(({ httpGet }) => httpGet)).toEqual([
          { path: '/startupz', port: 'ops' },
          { path: '/livez', port: 'ops' },
          { path: '/readyz', port: 'ops' },
        ]);
      }
    });

    test('a rollout takes nobody away first, and a pod that stops has time to', () => {
      for (const { spec } of ours('external')) {
        expect(spec.strategy.rollingUpdate).toEqual({ maxUnavailable: 0, maxSurge: 1 });
        const pod = spec.template.spec;
        const preStop = pod.containers[0].lifecycle.preStop.sleep.seconds;
        expect(pod.terminationGracePeriodSeconds).toBeGreaterThan(preStop + 30);
        expect(pod.containers[0].terminationMessagePolicy).toBe('FallbackToLogsOnError');
      }
    });

    test('replicas spread over zones and nodes, and a budget keeps all but one of them', () => {
      for (const object of ours('external')) {
        const keys = object.spec.template.spec.topologySpreadConstraints.map(
          (one: { topologyKey: string }) => one.topologyKey,
        );
        expect(keys).toEqual(['topology.kubernetes.io/zone', 'kubernetes.io/hostname']);
        const budget = find('external', 'PodDisruptionBudget', object.metadata.name)!;
        expect(budget.spec).toMatchObject({ maxUnavailable: 1, unhealthyPodEvictionPolicy: 'AlwaysAllow' });
        expect(budget.spec.selector).toEqual(object.spec.selector);
      }
      expect(find('no-telephone', 'Deployment', 'tocsin-gateway')!.spec.replicas).toBe(1);
      expect(find('no-telephone', 'PodDisruptionBudget', 'tocsin-gateway')).toBeUndefined();
    });

    test('whoever scales by itself has no number of replicas, and never none', () => {
      expect(find('everything', 'Deployment', 'tocsin-ingestion')!.spec).not.toHaveProperty('replicas');
      expect(find('everything', 'HorizontalPodAutoscaler', 'tocsin-ingestion')!.spec).toMatchObject({
        minReplicas: 2,
        maxReplicas: 12,
      });
      const { spec } = find('everything', 'ScaledObject', 'tocsin-incidents')!;
      expect(spec.minReplicaCount).toBe(2);
      const lag = spec.triggers.filter(({ type }: { type: string }) => type === 'nats-jetstream');
      expect(
        lag.map(({ metadata }: KubernetesObject) => (metadata as unknown as { consumer: string }).consumer),
      ).toEqual(['incidents--intake-high', 'incidents--intake-low', 'incidents--progress']);
    });

    test('each component has an account of its own with no rights', () => {
      for (const object of ours('external')) {
        const { serviceAccountName } = object.spec.template.spec;
        expect(serviceAccountName).toBe(object.metadata.name);
        expect(find('external', 'ServiceAccount', serviceAccountName)!.automountServiceAccountToken).toBe(false);
      }
      expect(everything().filter(({ kind }) => /Role/.test(kind))).toEqual([]);
    });

    test('a digest wins over a tag, and one registry takes the place of all', () => {
      for (const { spec } of podsOf(all.get('everything')!))
        expect(spec.containers[0].image).toMatch(/^registry\.example\.com\/security\/tocsin@sha256:[0-9a-f]{64}$/);
      for (const { spec } of podsOf(all.get('everything')!))
        expect(spec.imagePullSecrets).toEqual([{ name: 'registry' }]);
    });

    test('what is provisioned is a Job whose name is of what it does, a hook, or nobody’s', async () => {
      const jobs = (objects: KubernetesObject[]) => objects.filter(({ kind }) => kind === 'Job');
      const names = (objects: KubernetesObject[]) => jobs(objects).map(({ metadata }) => metadata.name);
      const before = names(all.get('external')!);
      expect(before).toEqual([
        expect.stringMatching(/^tocsin-provision-store-[0-9a-f]{8}$/),
        expect.stringMatching(/^tocsin-provision-streams-[0-9a-f]{8}$/),
        expect.stringMatching(/^tocsin-provision-temporal-[0-9a-f]{8}$/),
      ]);
      expect(names(await helm.render({ ci: 'external', set: { logLevel: 'debug' } }))).toEqual(before);
      for (const name of names(await helm.render({ ci: 'external', set: { 'image.tag': '9.9.9' } })))
        expect(before).not.toContain(name);
      const hooked = jobs(all.get('everything')!).filter(({ metadata }) => metadata.annotations?.['helm.sh/hook']);
      expect(hooked.map(component)).toEqual(['provision-store', 'provision-streams', 'provision-temporal']);
      expect(jobs(all.get('no-telephone')!)).toEqual([]);
    });

    test('each public name leads to its component, by Ingress and by the Gateway API', () => {
      const objects = all.get('everything')!;
      for (const kind of ['Ingress', 'HTTPRoute'])
        expect(
          objects
            .filter((one) => one.kind === kind)
            .map(component)
            .sort(),
        ).toEqual(['gateway', 'ingestion', 'notifier-chat', 'notifier-sms', 'notifier-voice']);
      const route = find('everything', 'HTTPRoute', 'tocsin-gateway')!;
      expect(route.spec).toMatchObject({
        hostnames: ['tocsin.example.com'],
        parentRefs: [{ name: 'public', namespace: 'gateways' }],
      });
      expect(JSON.stringify(objects)).not.toContain('nginx');
      const { env } = find('everything', 'Deployment', 'tocsin-notifier-sms')!.spec.template.spec.containers[0];
      expect(env).toContainEqual({ name: 'PUBLIC_URL', value: 'https://sms.tocsin.example.com' });
    });

    test('objects of one’s own are made, templates and all', () => {
      expect(find('everything', 'ConfigMap', 'tocsin-extra')).toBeDefined();
      expect(find('everything', 'ConfigMap', 'tocsin-text')).toBeDefined();
    });

    test('nothing outgrows a label where the release has the longest name, and two releases share no name', async () => {
      const release = 'r'.repeat(53);
      const objects = await helm.render({ ci: 'everything', release });
      for (const { kind, metadata } of objects) {
        if (/-(extra|text)$/.test(metadata.name)) continue;
        expect([kind, metadata.name, metadata.name.length <= 63]).toEqual([kind, metadata.name, true]);
      }
      const other = await helm.render({ ci: 'external', release: 'other' });
      const names = new Set(all.get('external')!.map(({ kind, metadata }) => `${kind}/${metadata.name}`));
      for (const { kind, metadata } of other) expect(names.has(`${kind}/${metadata.name}`)).toBe(false);
    });

    test('helm test is a drill, and there is none where nobody gave it a key', () => {
      const tests = (ci: string) =>
        all.get(ci)!.filter(({ metadata }) => metadata.annotations?.['helm.sh/hook'] === 'test');
      expect(tests('evaluation').map(component)).toEqual(['drill']);
      expect(tests('everything').map(component)).toEqual(['drill']);
      expect(tests('external')).toEqual([]);
    });

    test('Prometheus reads each component once, and each alert leads to its runbook', () => {
      const monitor = find('everything', 'ServiceMonitor', 'tocsin')!;
      expect(monitor.spec.endpoints.map(({ port }: { port: string }) => port)).toEqual(['ops', 'temporal', 'http']);
      const rule = find('everything', 'PrometheusRule', 'tocsin')!;
      const alerts = rule.spec.groups.flatMap(({ rules }: { rules: object[] }) => rules);
      expect(alerts.length).toBeGreaterThan(10);
      for (const { alert, annotations } of alerts)
        expect(annotations.runbook_url).toBe(`https://runbooks.example.com/tocsin#${alert.toLowerCase()}`);
      const dashboards = all.get('everything')!.filter(({ metadata }) => metadata.labels?.grafana_dashboard === '1');
      expect(dashboards.flatMap(({ data }) => Object.keys(data))).toEqual(['tocsin-kpis.json', 'tocsin-services.json']);
      for (const { data } of dashboards) for (const text of Object.values(data)) JSON.parse(text as string);
    });
  });
}

function isIn(selector: Record<string, string>, labels: Record<string, string>): boolean {
  return Object.entries(selector).every(([name, value]) => labels[name] === value);
}
