import type { Installation } from './installation.ts';
import type { Kubernetes } from './kubernetes.ts';

const RIGHT = 'mongodb://tocsin-mongodb:27017/tocsin?replicaSet=tocsin';

/** What each pod says in its last line. */
export const SAID: Readonly<Record<string, RegExp>> = {
  roster: /MongoDB at tocsin-mongodb:27017: Authentication failed/,
  ingestion: /MongoDB at nowhere:27017: /,
  gateway: /secret "forgotten" not found/,
};

/** An upgrade with a wrong credential for one service, an address that leads nowhere for another, and a secret that is not there for a third. */
export async function makeMistakes(kube: Kubernetes, it: Installation): Promise<void> {
  await kube.apply(
    address(it, 'roster', 'mongodb://nobody:wrong@tocsin-mongodb:27017/tocsin?authSource=admin'),
    address(it, 'ingestion', 'mongodb://nowhere:27017/tocsin'),
  );
  await it.upgrade({
    'components.roster.extraEnv': [fromSecret('roster')],
    'components.ingestion.extraEnv': [fromSecret('ingestion')],
    'keys.gateway': { existingSecret: 'forgotten' },
  });
}

/** Puts right what is wrong in the secrets, and touches nothing else. */
export async function mend(kube: Kubernetes, it: Installation): Promise<void> {
  const kept = `jsonpath={.data.gateway-key}`;
  const key = await kube.kubectl(...it.inIt, 'get', 'secret', 'tocsin-evaluation', '--output', kept);
  await kube.apply(address(it, 'roster', RIGHT), address(it, 'ingestion', RIGHT), {
    ...{ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'forgotten', namespace: it.namespace } },
    data: { gateway: key },
  });
}

function address({ namespace }: Installation, service: string, uri: string): object {
  return { apiVersion: 'v1', kind: 'Secret', metadata: { name: `${service}-mongodb`, namespace }, stringData: { uri } };
}

function fromSecret(service: string): object {
  return { name: 'MONGODB_URL', valueFrom: { secretKeyRef: { name: `${service}-mongodb`, key: 'uri' } } };
}
