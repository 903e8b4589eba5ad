import { InvalidInput } from '@tocsin/platform';
import { z } from 'zod';
import { defineOperation } from '../../operations/operation.ts';
import { readItem, tryItem } from '../../roster/items.ts';
import { askRoster, rehearse } from '../../roster/rehearse.ts';
import { instantSchema } from '../fields.ts';
import { severitySchema } from '../incidents/fields.ts';
import { itemIdSchema } from '../roster-items/fields.ts';
import { dryRunSchema, momentView } from './dry-run-view.ts';
import { policySchema } from './policy-schema.ts';

/** What is shown at most: past it nobody reads. */
const MOST_MOMENTS = 2_000;

export const dryRunPolicy = defineOperation({
  id: 'policies.dryRun',
  method: 'POST',
  path: '/policies/dry-run',
  summary: 'Who would be paged when, on which channels, and who is skipped because',
  description:
    'The engine itself, as if nobody answered and every message was sent at once. Of a policy that there is, or of one that is still being written: nothing is stored, nobody is paged.',
  role: 'observer',
  effect: 'read',
  body: z.strictObject({
    policyId: itemIdSchema.optional(),
    policy: policySchema.optional().describe('Instead of `policyId`.'),
    at: instantSchema.optional().describe('When the incident opens; now where absent.'),
    severity: severitySchema.default('high').describe('Decides the urgency, and so whose notification rules hold.'),
  }),
  responses: { 200: { description: 'On a timeline.', body: dryRunSchema } },
  async handle({ principal: { organisationId }, body }, { nc, directory, clock }) {
    const { policyId, severity } = body;
    if ((policyId === undefined) === (body.policy === undefined)) {
      throw new InvalidInput('give either policyId or policy', { code: 'policy-missing', field: 'policyId' });
    }
    const at = body.at === undefined ? clock() : Date.parse(body.at);
    if (body.policy) await tryItem(nc, organisationId, 'policy', body.policy, 'policy.');
    const policy =
      body.policy ??
      ((await readItem(nc, organisationId, 'policy', policyId!, 'policyId')).value as z.output<typeof policySchema>);
    const run = await rehearse({ ...policy, version: '' }, at, severity, askRoster(nc, organisationId));
    const timeline = run.timeline.slice(0, MOST_MOMENTS).map(momentView);
    const { people } = await directory.names(organisationId);
    const ids = timeline.flatMap((one) =>
      'personId' in one ? [one.personId] : one.kind === 'layer' ? one.people : [],
    );
    const answer = {
      at: new Date(at).toISOString(),
      severity,
      timeline,
      endsAt: new Date(run.endsAt).toISOString(),
      truncated: run.truncated || run.timeline.length > MOST_MOMENTS,
      names: Object.fromEntries([...new Set(ids)].map((id) => [id, people.get(id) ?? id])),
    };
    return { status: 200, body: answer };
  },
});
