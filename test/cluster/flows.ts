import { until } from '@tocsin/platform';
import { bystander, NODE } from './bystander.ts';
import type { Installation } from './installation.ts';
import type { Kubernetes } from './kubernetes.ts';
import { reach } from './probes.ts';

/** From a component, or a pod beside the release, to a name and a port; and what is to come of it. */
type Flow = [from: string, host: string, port: number, outcome: 'open' | 'blocked'];

const MONGODB_ADMIN = 28017;
/** Answers in every cluster, at an address that is private. */
const KUBERNETES: [string, number] = ['kubernetes.default.svc', 443];
const METADATA: [string, number] = ['169.254.169.254', 80];
const PROVIDERS = ['notifier-sms', 'notifier-voice', 'notifier-chat', 'notifier-push', 'webhooks'];

const FLOWS: readonly Flow[] = [
  ['ingestion', 'tocsin-mongodb', 27017, 'open'],
  ['ingestion', 'tocsin-nats', 4222, 'open'],
  ['ingestion', 'tocsin-temporal', 7233, 'blocked'],
  ['ingestion', 'tocsin-roster', 9464, 'blocked'],
  ['worker', 'tocsin-temporal', 7233, 'open'],
  ['worker', 'tocsin-mongodb', 27017, 'blocked'],
  ['worker', 'tocsin-gateway', 9464, 'blocked'],
  ['incidents', 'tocsin-temporal', 7233, 'open'],
  ['incidents', 'tocsin-simulator', 8080, 'blocked'],
  ['notifier-sms', 'tocsin-simulator', 8080, 'open'],
  ['simulator', 'tocsin-notifier-sms', 8080, 'open'],
  ['simulator', 'tocsin-gateway', 8080, 'blocked'],
  ['gateway', 'tocsin-simulator', 8080, 'blocked'],
  ['gateway', ...KUBERNETES, 'blocked'],
  ['pod/stranger', 'tocsin-gateway', 8080, 'open'],
  ['pod/stranger', 'tocsin-ingestion', 8080, 'open'],
  ['pod/stranger', ...KUBERNETES, 'open'],
  ['pod/stranger', 'tocsin-roster', 9464, 'blocked'],
  ['pod/stranger', 'tocsin-mongodb', 27017, 'blocked'],
  ['pod/stranger', 'tocsin-nats', 4222, 'blocked'],
  ['pod/stranger', 'tocsin-temporal', 7233, 'blocked'],
  ['pod/stranger', 'tocsin-simulator', 8080, 'blocked'],
  ...PROVIDERS.flatMap((name): Flow[] => [
    [name, ...KUBERNETES, 'blocked'],
    [name, ...METADATA, 'blocked'],
  ]),
];

/** Flows that did not come out as they should, a sentence each. */
export async function brokenFlows(kube: Kubernetes, it: Installation): Promise<string[]> {
  const { apply, kubectl } = kube;
  const { inIt, namespace } = it;
  await apply(bystander('stranger', { namespace, image: it.image('tocsin') }));
  await kubectl(...inIt, 'wait', '--for=condition=Ready', 'pod/stranger', '--timeout=60s');
  const found = await Promise.all(
    [...Map.groupBy([...FLOWS, ...(await adminFlows(kube, it))], ([from]) => from)].map(async ([from, flows]) => {
      const outcomes = await reach(
        kube,
        it,
        from,
        flows.map(([, host, port]) => [host, port] as const),
      );
      return flows.flatMap(([, host, port, outcome], n) =>
        outcomes[n] === outcome ? [] : [`${from} to ${host}:${port} is ${outcomes[n]} and should be ${outcome}`],
      );
    }),
  );
  return found.flat();
}

/** Beside MongoDB, in its pod, something listens on another port: it is there, and nobody of ours gets to it. */
async function adminFlows(kube: Kubernetes, it: Installation): Promise<Flow[]> {
  const [{ metadata, status }] = await it.pods('mongodb');
  const debug = [
    'debug',
    `pod/${metadata.name}`,
    '--container=admin',
    '--profile=restricted',
    '--image-pull-policy=Never',
  ];
  const listen = `require('node:net').createServer((one) => one.end()).listen(${MONGODB_ADMIN})`;
  await kube.kubectl(...it.inIt, ...debug, `--image=${it.image('tocsin')}`, '--', NODE, '-e', listen);
  const isThere = async () => (await reach(kube, it, 'pod/observer', [[status.podIP, MONGODB_ADMIN]]))[0] === 'open';
  await until(isThere, { timeoutMs: 60_000, everyMs: 500, what: 'the port beside MongoDB to be open' });
  return ['ingestion', 'roster', 'pod/stranger'].map((from) => [from, status.podIP, MONGODB_ADMIN, 'blocked']);
}
