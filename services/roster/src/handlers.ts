import { type Handlers, InvalidInput, millis, NotFound, timestamp } from '@tocsin/platform';
import type { Roster } from '@tocsin/proto/roster/v1';
import { parseOrganisation } from './core/parse-organisation.ts';
import { resolveTargets } from './core/resolve.ts';
import { shiftsBetween } from './core/shifts.ts';
import { type StoreDeps, writeOrganisation } from './store/organisations.ts';
import type { Snapshot } from './store/snapshots.ts';
import { channelFrom, channelTo, layerTo, policyTo, targetFrom } from './to-proto.ts';

export interface HandlerDeps extends StoreDeps {
  snapshot(organisationId: string): Promise<Snapshot>;
}

const LONGEST_SPAN_MS = 400 * 24 * 3_600_000;

/** What the roster answers. One resolver says who is on call, whoever asks. */
export function createHandlers(deps: HandlerDeps): Handlers<typeof Roster> {
  const { collections, vault, snapshot } = deps;
  return {
    begin: async ({ organisationId, policyId, at }) => {
      const known = await snapshot(organisationId);
      const now = millis(at) ?? Date.now();
      const named = known.policies.get(policyId);
      const policy = named ?? known.policies.get(known.organisation.defaultPolicyId);
      if (!policy) throw new NotFound('the organisation has no policy', { code: 'policy-unknown', field: 'policy_id' });
      const otherwise = policyId === '' ? 'default' : `unknown policy ${policyId}, default used`;
      return {
        policy: policyTo(policy, known.version),
        layers: policy.layers.map((layer) => layerTo(resolveTargets(known, layer.targets, now))),
        catchAll: layerTo(resolveTargets(known, policy.catchAll, now)),
        reason: named ? 'named' : otherwise,
      };
    },

    resolve: async ({ organisationId, targets, at }) =>
      layerTo(resolveTargets(await snapshot(organisationId), targets.flatMap(targetFrom), millis(at) ?? Date.now())),

    reach: async ({ personId, contactMethodId, mentionPersonIds }) => {
      const doc = await collections.people.findOne({ personId, 'contactMethods.id': contactMethodId });
      const method = doc?.contactMethods.find((one) => one.id === contactMethodId);
      const key = doc && (await collections.keys.findOne({ _id: doc._id }))?.key;
      if (!doc || !method || !key) {
        throw new NotFound('there is no such contact method', {
          code: 'contact-method-unknown',
          field: 'contact_method_id',
        });
      }
      return {
        address: vault.open(key, doc._id, method.id, method.address),
        channel: channelTo(method.channel),
        locale: doc.locale,
        displayName: vault.open(key, doc._id, 'name', doc.name),
        mentioned: await names(doc.organisationId, mentionPersonIds),
      };
    },

    findByAddress: async ({ channel, address }) => {
      const known = channelFrom(channel);
      if (!known) return { contactMethods: [] };
      const index = vault.index(known, address);
      const docs = await collections.people.find({ 'contactMethods.index': index }).toArray();
      return {
        contactMethods: docs.flatMap((doc) =>
          doc.contactMethods
            .filter((one) => one.index === index)
            .map((one) => ({ personId: doc.personId, contactMethodId: one.id })),
        ),
      };
    },

    apply: async ({ organisationJson, dryRun }) => {
      const parsed = parseOrganisation(organisationJson);
      if (Array.isArray(parsed)) {
        const [first] = parsed;
        throw new InvalidInput(parsed.map((one) => `${one.field}: ${one.message}`).join('\n'), {
          code: 'organisation-invalid',
          field: first?.field ?? 'organisation_json',
        });
      }
      return { changes: await writeOrganisation(deps, parsed, dryRun) };
    },

    shifts: async ({ organisationId, scheduleId, from, until }) => {
      const schedule = (await snapshot(organisationId)).schedules.get(scheduleId);
      if (!schedule)
        throw new NotFound('there is no such schedule', { code: 'schedule-unknown', field: 'schedule_id' });
      const start = millis(from) ?? Date.now();
      const end = millis(until) ?? start;
      if (end <= start || end - start > LONGEST_SPAN_MS) {
        throw new InvalidInput('shifts are told for at most 400 days', { code: 'span-invalid', field: 'until' });
      }
      return {
        shifts: shiftsBetween(schedule, start, end).map(({ personId, startsAt, endsAt, source }) => ({
          scheduleId,
          personId,
          startsAt: timestamp(startsAt),
          endsAt: timestamp(endsAt),
          source,
        })),
      };
    },
  };

  async function names(organisationId: string, personIds: string[]): Promise<Record<string, string>> {
    if (personIds.length === 0) return {};
    const ids = personIds.map((id) => `${organisationId}/${id}`);
    const [docs, keys] = await Promise.all([
      collections.people.find({ _id: { $in: ids } }).toArray(),
      collections.keys.find({ _id: { $in: ids } }).toArray(),
    ]);
    const byId = new Map(keys.map((one) => [one._id, one.key]));
    return Object.fromEntries(
      docs.flatMap((doc) => {
        const key = byId.get(doc._id);
        return key ? [[doc.personId, vault.open(key, doc._id, 'name', doc.name)]] : [];
      }),
    );
  }
}
