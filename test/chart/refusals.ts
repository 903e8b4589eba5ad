import { describe, expect, test } from '@jest/globals';
import type { Helm } from './helm.ts';

/** What is set beside the values of `external`, and what whoever set it reads. */
const wrong: [what: string, set: Record<string, unknown>, words: RegExp][] = [
  ['a key that does not exist', { replicas: 3 }, /additional properties 'replicas' not allowed/],
  ['a misspelt component', { 'components.roster2': {} }, /components.*additional properties 'roster2'/s],
  ['a misspelt setting of a component', { 'components.roster.replica': 3 }, /roster.*additional properties 'replica'/s],
  ['no replica', { 'components.roster.replicas': 0 }, /replicas.*minimum: got 0, want 1/s],
  ['credentials in the address of NATS', { 'nats.url': 'nats://me:secret@nats:4222' }, /nats.*url.*does not match/s],
  [
    'an address of Temporal with a scheme',
    { 'temporal.address': 'https://temporal' },
    /temporal.*address.*does not match/s,
  ],
  ['a host with a scheme', { 'hosts.gateway': 'https://tocsin.example.com' }, /hosts.*gateway.*does not match/s],
  ['a digest that is none', { 'image.digest': 'latest' }, /image.*digest.*does not match/s],
  ['a word that is no log level', { logLevel: 'loud' }, /logLevel.*must be one of/s],
  ['two copies of each message', { 'nats.streams.replicas': 2 }, /replicas.*must be one of/s],
  [
    'no secret for MongoDB',
    { 'mongodb.existingSecret': '' },
    /mongodb.existingSecret: name the Secret that holds MongoDB's address/,
  ],
  ['no NATS', { 'nats.url': '' }, /nats.url: give the address of NATS/],
  ['no Temporal', { 'temporal.address': '' }, /temporal.address: give the address/],
  ['no key for the roster', { 'keys.roster.existingSecret': '' }, /keys.roster.existingSecret: name the Secret/],
  [
    'no accounts',
    { 'twilio.existingSecret': '' },
    /twilio.existingSecret: name the Secret .* or set components.notifier-sms.enabled/,
  ],
  [
    'nowhere for a provider to call back',
    { 'hosts.notifier-sms': '' },
    /hosts.notifier-sms: give the name by which the provider calls back/,
  ],
  ['routes without a Gateway', { 'httpRoute.enabled': true }, /httpRoute.parentRefs: name the Gateway/],
  [
    'a grace shorter than its preStop',
    { 'componentDefaults.preStopSeconds': 60 },
    /terminationGracePeriodSeconds: must be more than preStopSeconds/,
  ],
  [
    'more replicas at least than at most',
    { 'components.roster.autoscaling': { minReplicas: 9 } },
    /components.roster.autoscaling.minReplicas: is more than maxReplicas/,
  ],
];

const missing: [what: string, set: Record<string, unknown>, words: RegExp][] = [
  [
    'the Gateway API',
    { httpRoute: { enabled: true, parentRefs: [{ name: 'public' }] } },
    /the cluster has no gateway.networking.k8s.io\/v1/,
  ],
  [
    'the Prometheus Operator',
    { 'metrics.serviceMonitor.enabled': true },
    /the cluster has no monitoring.coreos.com\/v1/,
  ],
  ['KEDA', { 'components.worker.autoscaling.type': 'keda' }, /the cluster has no keda.sh\/v1alpha1/],
];

export function describeRefusals(helm: Helm): void {
  describe('refuses, and says why', () => {
    test.each(wrong)('%s', async (_what, set, words) => {
      expect(await helm.refusal({ ci: 'external', set })).toMatch(words);
    });

    test.each(missing)('what needs %s, where that is not', async (_what, set, words) => {
      expect(await helm.refusal({ ci: 'external', set, apiVersions: [] })).toMatch(words);
    });

    test('hooks before an evaluation, whose engines come with it', async () => {
      const refusal = await helm.refusal({ ci: 'evaluation', set: { 'provisioning.mode': 'hook' } });
      expect(refusal).toMatch(/provisioning.mode: an evaluation's engines are in the release itself/);
    });

    test('nothing at all, with everything that is missing at once', async () => {
      const refusal = await helm.refusal({});
      for (const field of [
        'mongodb.existingSecret',
        'nats.url',
        'temporal.address',
        'keys.gateway.existingSecret',
        'keys.webhooks.existingSecret',
      ])
        expect(refusal).toContain(`- ${field}: `);
    });
  });
}
