import type { Outage } from '../chaos/rules.ts';
import { type Installation, SERVICES } from './installation.ts';
import type { Kubernetes } from './kubernetes.ts';

/** Deleted by force, a container has a moment at most to end by itself. */
const DYING_MS = 5_000;

/** Deletes all pods of these services by force; resolves when they are ready again, with the time in which they died. */
export async function deletePods(
  { kubectl }: Kubernetes,
  { inIt, ready }: Installation,
  names: readonly string[],
): Promise<Outage[]> {
  const from = Date.now();
  const selector = `app.kubernetes.io/name=tocsin,app.kubernetes.io/component in (${names.join(',')})`;
  await kubectl(...inIt, 'delete', 'pod', '--force', '--grace-period=0', '--selector', selector);
  const until = Date.now() + DYING_MS;
  await ready(names);
  return names.map((name) => ({ name: victimOf(name), from, until }));
}

/** Each service in turn, and then all at once. */
export async function deleteEach(cluster: Kubernetes, installation: Installation): Promise<Outage[]> {
  const outages: Outage[] = [];
  for (const name of SERVICES) outages.push(...(await deletePods(cluster, installation, [name])));
  outages.push(...(await deletePods(cluster, installation, SERVICES)));
  return outages;
}

/** As the rules call it: a notifier by its channel. */
function victimOf(name: string): string {
  return name.replace('notifier-', '');
}
