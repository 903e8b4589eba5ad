import type { KubernetesObject } from './helm.ts';

interface Peer {
  podSelector?: { matchLabels?: Record<string, string> };
  namespaceSelector?: { matchLabels?: Record<string, string> };
  ipBlock?: { cidr: string; except?: string[] };
}

interface Rule {
  ports?: { port: number | string }[];
  from?: Peer[];
  to?: Peer[];
}

/** A pod of the release, by its labels, or an address outside the cluster's own networks or in them. */
export type End = { labels: Record<string, string> } | { address: string };

/** Whether the policies let a connection pass, as Kubernetes reads them. `port` as the server names it and as it is numbered. */
export function passes(policies: readonly KubernetesObject[], from: End, to: End, port: (number | string)[]): boolean {
  return allows(policies, 'egress', from, to, port) && allows(policies, 'ingress', to, from, port);
}

function allows(
  policies: readonly KubernetesObject[],
  way: 'egress' | 'ingress',
  self: End,
  other: End,
  port: (number | string)[],
): boolean {
  if ('address' in self) return true;
  const mine = policies.filter(({ spec }) => fits(spec.podSelector.matchLabels, self.labels));
  const type = way === 'egress' ? 'Egress' : 'Ingress';
  const holding = mine.filter(({ spec }) => spec.policyTypes.includes(type));
  if (holding.length === 0) return true;
  return holding.some(({ spec }) =>
    ((spec[way] ?? []) as Rule[]).some((rule) => {
      const peers = way === 'egress' ? rule.to : rule.from;
      const portFits = !rule.ports || rule.ports.some((one) => port.includes(one.port));
      return portFits && (!peers || peers.some((peer) => isPeer(peer, other)));
    }),
  );
}

function isPeer(peer: Peer, end: End): boolean {
  if ('address' in end) {
    const { ipBlock } = peer;
    return !!ipBlock && within(end.address, ipBlock.cidr) && !ipBlock.except?.some((one) => within(end.address, one));
  }
  // No namespace has labels here: a selector that asks for some means another one than the release's.
  const here = Object.keys(peer.namespaceSelector?.matchLabels ?? {}).length === 0;
  return !peer.ipBlock && here && fits(peer.podSelector?.matchLabels ?? {}, end.labels);
}

function fits(wanted: Record<string, string> = {}, labels: Record<string, string>): boolean {
  return Object.entries(wanted).every(([name, value]) => labels[name] === value);
}

/** IPv4 alone: that the same is said of IPv6 is asserted on the values. */
function within(address: string, cidr: string): boolean {
  const [base = '', bits] = cidr.split('/');
  if (base.includes(':')) return false;
  const mask = bits === '0' ? 0 : (-1 << (32 - Number(bits))) >>> 0;
  return (number(address) & mask) >>> 0 === (number(base) & mask) >>> 0;
}

function number(address: string): number {
  return address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
}
