import { type Installation, SERVICES } from './installation.ts';
import type { Kubernetes } from './kubernetes.ts';

/**
 * Asks for every pod of every service to go, as the drain of their node does; resolves with what was said to each request, by
 * service, in the order of the requests.
 */
export async function evictAll(
  { post }: Kubernetes,
  { namespace, pods }: Installation,
): Promise<Record<string, string[]>> {
  const evict = async (name: string) => {
    const eviction = { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name, namespace } };
    try {
      await post(`/api/v1/namespaces/${namespace}/pods/${name}/eviction`, eviction);
      return 'evicted';
    } catch (error) {
      return /disruption budget/.test((error as Error).message) ? 'held back by the budget' : String(error);
    }
  };
  const said: Record<string, string[]> = {};
  for (const service of SERVICES) {
    said[service] = [];
    for (const { metadata } of await pods(service)) said[service].push(await evict(metadata.name));
  }
  return said;
}
