import { beforeAll, describe, expect, test } from '@jest/globals';
import { services } from '../../deploy/docker/src/roles.ts';
import { type End, passes } from './flows.ts';
import { type Helm, type KubernetesObject, podsOf } from './helm.ts';

const NATS = 4222;
const MONGODB = 27017;
const TEMPORAL = 7233;
const OPS = ['ops', 9464];
const HTTP = ['http', 8080];
const PUBLIC = ['ingestion', 'gateway', 'notifier-sms', 'notifier-voice', 'notifier-chat'];
/** Who sends to addresses outside of the cluster. */
const SENDERS = Object.keys(services).filter((one) => one.startsWith('notifier-') || one === 'webhooks');
/** As the design has it: who asks which engine. */
const ASKS: Record<string, readonly string[]> = {
  nats: Object.keys(services),
  mongodb: Object.keys(services).filter((one) => one !== 'worker'),
  temporal: ['incidents', 'worker'],
};

/** Exactly the flows that the design draws: what must pass passes, and what must not does not. */
export function describeFlows(helm: Helm): void {
  describe('network policies', () => {
    let policies: KubernetesObject[];
    const ends = new Map<string, End>();

    beforeAll(async () => {
      const vapid = { existingSecret: 'tocsin-vapid', subject: 'mailto:security@example.com' };
      const objects = await helm.render({ ci: 'evaluation', set: { vapid } });
      policies = objects.filter(({ kind }) => kind === 'NetworkPolicy');
      for (const { labels } of podsOf(objects)) ends.set(labels['app.kubernetes.io/component']!, { labels });
    });

    const asks = (from: End | string, to: End | string, ports: (string | number)[]) =>
      passes(
        policies,
        typeof from === 'string' ? ends.get(from)! : from,
        typeof to === 'string' ? ends.get(to)! : to,
        ports,
      );
    const stranger: End = { labels: { app: 'stranger' } };

    test.each(Object.keys(services))('%s reaches its engines and no other', (name) => {
      for (const [engine, port] of Object.entries({ nats: NATS, mongodb: MONGODB, temporal: TEMPORAL }))
        expect([engine, asks(name, engine, [engine, port])]).toEqual([engine, ASKS[engine]!.includes(name)]);
      expect(asks(name, 'mongodb', [27018])).toBe(false);
    });

    test('components never reach each other: they ask over NATS', () => {
      for (const from of Object.keys(services))
        for (const to of Object.keys(services).filter((one) => !PUBLIC.includes(one)))
          for (const ports of [HTTP, OPS]) expect([from, to, asks(from, to, ports)]).toEqual([from, to, false]);
    });

    test('the world reaches what is public, and nobody reaches health and metrics but Prometheus', () => {
      for (const name of Object.keys(services)) {
        expect([name, asks({ address: '203.0.113.9' }, name, HTTP)]).toEqual([name, PUBLIC.includes(name)]);
        expect([name, asks({ address: '203.0.113.9' }, name, OPS)]).toEqual([name, false]);
        expect([name, asks(stranger, name, OPS)]).toEqual([name, false]);
      }
    });

    test('who sends reaches providers and receivers outside, over TLS, and no private or metadata address', () => {
      for (const name of Object.keys(services)) {
        const outside = { address: '203.0.113.9' };
        expect([name, asks(name, outside, [443])]).toEqual([name, SENDERS.includes(name)]);
        expect([name, asks(name, outside, [80])]).toEqual([name, false]);
        for (const address of ['10.1.2.3', '172.20.0.1', '192.168.1.1', '169.254.169.254', '100.64.0.1', '127.0.0.1'])
          expect([name, address, asks(name, { address }, [443])]).toEqual([name, address, false]);
      }
    });

    test('the simulator is asked by the telephone notifiers and the drill alone', () => {
      const asked = [...ends.keys()].filter((name) => asks(name, 'simulator', HTTP));
      expect(asked.sort()).toEqual(['drill', 'notifier-sms', 'notifier-voice']);
      expect(asks(stranger, 'simulator', HTTP)).toBe(false);
    });

    test('an engine of an evaluation is asked by nobody else', () => {
      for (const [engine, port] of Object.entries({ nats: NATS, mongodb: MONGODB, temporal: TEMPORAL })) {
        expect(asks(stranger, engine, [engine, port])).toBe(false);
        expect(asks(engine, { address: '203.0.113.9' }, [443])).toBe(false);
      }
    });

    test('with the entrance named, the public ports are for it alone, and for the drill', async () => {
      const objects = await helm.render({ ci: 'everything' });
      const held = objects.filter(({ kind }) => kind === 'NetworkPolicy');
      const pods = new Map(podsOf(objects).map(({ labels }) => [labels['app.kubernetes.io/component'], { labels }]));
      for (const name of PUBLIC) expect(passes(held, { address: '203.0.113.9' }, pods.get(name)!, HTTP)).toBe(false);
      expect(passes(held, pods.get('drill')!, pods.get('ingestion')!, HTTP)).toBe(true);
      const gateways = held.find(({ metadata }) => metadata.name === 'tocsin-gateway')!.spec.ingress[0].from;
      expect(gateways).toEqual([{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'gateways' } } }]);
    });

    test('private networks of IPv6 are held back as well', async () => {
      const sms = policies.find(({ metadata }) => metadata.name === 'tocsin-notifier-sms')!;
      const blocks = (sms.spec.egress as { to?: { ipBlock?: { cidr: string; except: string[] } }[] }[]).flatMap(
        ({ to = [] }) => to.flatMap(({ ipBlock }) => (ipBlock?.cidr === '::/0' ? ipBlock.except : [])),
      );
      expect(blocks).toEqual(expect.arrayContaining(['fc00::/7', 'fe80::/10', '::1/128']));
    });
  });
}
