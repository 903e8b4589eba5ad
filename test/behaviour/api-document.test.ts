import { afterAll, expect, test } from '@jest/globals';
import { type Harness, startHarness } from '../harness/harness.ts';
import { runSchemathesis, whyNoSchemathesis } from '../harness/schemathesis.ts';
import { type Visitor, visit } from '../harness/visitor.ts';

let harness: Harness | undefined;
let owner: Visitor | undefined;
afterAll(async () => {
  owner?.close();
  await harness?.stop();
});

const missing = await whyNoSchemathesis();
if (missing) console.warn(`the API is not held against its document by requests that nobody thought of: ${missing}`);

const seed = process.env.TOCSIN_API_SEED ?? String(Math.floor(Math.random() * 2 ** 32));
const EXAMPLES = process.env.TOCSIN_API_EXAMPLES ?? '4';
const CHECKS = [
  'not_a_server_error',
  'status_code_conformance',
  'content_type_conformance',
  'response_headers_conformance',
  'response_schema_conformance',
];
/** A feed never ends; a key that is revoked asks nothing more; names of webhooks are looked up outside of this machine. */
const LEFT_OUT = ['live.follow', 'keys.revoke', 'webhooks.create', 'webhooks.update'];
/** What there is, so that requests get further than "not found". */
const PRESENT = { number: 'INC-1', personId: 'ada', policyId: 'main', scheduleId: 'nobody', teamId: 'secops' };

(missing ? test.skip : test)(
  'whatever is asked of the API, it answers as its document says, and nothing in it breaks',
  async () => {
    const unlimited = { requestsPerMinute: 1_000_000, strangersPerMinute: 1_000_000 };
    harness = await startHarness({ tocsin: { overrides: { gateway: unlimited } } });
    const h = harness;
    owner = await visit(h, 'ada');
    await h.post({ action: 'trigger', dedup_key: 'db-17', severity: 'critical', title: 'db-17 unreachable' });
    await h.until(() => h.phone('ada').messages.length > 0, { what: 'ada to be paged' });
    const wish = { name: 'everything', role: 'owner', readOnly: false, expiresAt: null };
    const { secret } = await owner.post<{ secret: string }>('/keys', wish);
    const api = `http://127.0.0.1:${h.tocsin.ports.gateway}/api/v1`;
    const args = [
      ...LEFT_OUT.flatMap((id) => ['--exclude-operation-id', id]),
      ...['--checks', CHECKS.join(','), '--phases', 'coverage,fuzzing', '--max-examples', EXAMPLES, '--seed', seed],
    ];
    const { code, output } = await runSchemathesis(
      `${api}/openapi.json`,
      { key: secret, params: PRESENT, args },
      240_000,
    );
    if (code !== 0) throw new Error(`TOCSIN_API_SEED=${seed}: ended with ${code}\n${output}`);
    // Most of what was asked got as far as an answer of the API's own.
    expect(output).not.toMatch(/Rate limited/);
    const [, generated] = /(\d+) generated/.exec(output) ?? [];
    expect(Number(generated)).toBeGreaterThan(1_000);
    const still = await fetch(`${api}/me`, { headers: { authorization: `Bearer ${secret}` } });
    expect(still.status).toBe(200);
  },
  300_000,
);
