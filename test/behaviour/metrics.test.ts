import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { serviceNames } from '@tocsin/local';
import { consumers, facts, until } from '@tocsin/platform';
import { pressOn, replyTo } from '../harness/answers.ts';
import { type Harness, startHarness } from '../harness/harness.ts';
import { type Family, parseOpenMetrics, sumOf } from '../harness/open-metrics.ts';
import { KEY } from '../harness/organisation.ts';

/** By label: all that it may say. */
const KNOWN: Record<string, readonly string[] | RegExp> = {
  component: /^(ingestion|incidents|roster|analytics|gateway|worker|webhooks|notifier-(sms|voice|push|chat|email))$/,
  le: /^(\+Inf|\d+(\.\d+)?)$/,
  route: /^(other|(\/(:?[a-zA-Z0-9.-]+))+)$/,
  status: ['2xx', '3xx', '4xx', '5xx'],
  outcome: [
    ...['ok', 'timeout', 'no-responder', 'overloaded', 'unavailable', 'invalid-input', 'not-found', 'conflict'],
    ...['told', 'failed', 'done', 'retried', 'rejected'],
    ...['taken', 'temporary', 'permanent', 'auth', 'rate-limited', 'invalid-target', 'unknown'],
    ...['refused', 'redirected', 'gone', 'cut-by-a-stop', 'address-not-allowed', 'name-unknown', 'unreachable'],
    ...['tls-refused', 'connection-cut'],
    ...['yours', 'over', 'resolved', 'escalated', 'stored'],
  ],
  fact: Object.values(facts).flatMap((one) => [one.subject('high'), one.subject('low')]),
  consumer: Object.values(consumers).map((one) => one.durable),
  channel: ['sms', 'voice', 'push', 'chat', 'email'],
  // The operator's own names, as the configuration allows them.
  provider: /^[a-z0-9-]{1,32}$/,
  receipt: ['queued', 'sent', 'unanswered', 'delivered', 'read', 'failed', 'refused'],
  answer: ['accept', 'reject', 'resolve', 'escalate'],
  finding: [
    'lost',
    'cannot-be-lived',
    'tasks-fail',
    'fails-again',
    'behind-its-log',
    'ahead-of-store',
    'over',
    'stranded',
    'unheard',
    'overdue',
  ],
  activity: ['beginEscalation', 'resolveLayer', 'deliver', 'withdraw', 'appendLog', 'closeIncident'],
  queue: /^(incidents|page-(sms|voice|push|chat|email))$/,
};

function isKnown(metric: string, label: string, value: string): boolean {
  if (label === 'method') {
    const isRpc = metric.startsWith('tocsin_rpc_');
    return (isRpc ? /^tocsin\.[a-z]+\.v1\.[A-Z][a-zA-Z]+\/[A-Z][a-zA-Z]+$/ : /^(GET|HEAD|POST|PUT|PATCH|DELETE)$/).test(
      value,
    );
  }
  const known = KNOWN[label];
  return known instanceof RegExp ? known.test(value) : (known ?? []).includes(value);
}

const DASHBOARD = new URL('../../deploy/grafana/services.json', import.meta.url);
const DOCUMENT = new URL('../../docs/metrics.md', import.meta.url);

let h: Harness;

beforeAll(async () => {
  h = await startHarness({ layers: [['ada'], ['ben']] });
});
afterAll(() => h?.stop());

async function scrape(): Promise<Family[]> {
  const response = await fetch(`http://127.0.0.1:${h.tocsin.ports.ops}/metrics`);
  expect(response.headers.get('content-type')).toMatch(/^application\/openmetrics-text; version=1\.0\.0/);
  return parseOpenMetrics(await response.text());
}

/** An alert that a first provider fails to bring, that one rejects by a key and the other accepts by a reply; and a post that is refused. */
async function life(dedupKey: string): Promise<void> {
  const [ada, ben] = [h.phone('ada'), h.phone('ben')];
  h.tocsin.carrier.fault({ to: ada.number, do: { status: 500 }, times: 1 });
  await h.post({ action: 'trigger', dedup_key: dedupKey, severity: 'critical', title: 'disk full' });
  await h.post({ action: 'trigger', dedup_key: dedupKey, severity: 'critical', title: 'disk full' });
  await fetch(`http://127.0.0.1:${h.tocsin.ports.ingestion}/v1/in/no-such-key-${dedupKey}-0123456789`, {
    method: 'POST',
  });
  await pressOn(ada, '2');
  expect(await replyTo(ben, 'accept')).toContain('you have it');
}

/** The scrape in which nothing is on its way any more; undefined while something is. */
async function quietScrape(): Promise<Family[] | undefined> {
  const families = await scrape();
  const waiting = [
    'tocsin_envelopes_waiting',
    'tocsin_parcels_unparsed',
    'tocsin_alerts_undecided',
    'tocsin_incidents_untold',
    'tocsin_answers_undecided',
    'tocsin_consumer_pending_facts',
    'tocsin_consumer_unacknowledged_facts',
    'tocsin_deliveries_running',
  ];
  return waiting.every((name) => sumOf(families, name) === 0) ? families : undefined;
}

test('what alerts are made of is there before it first happens, at zero', async () => {
  const there = (await scrape()).flatMap(({ series }) => series);
  const values = (name: string, label: string, value: string) =>
    there.filter((one) => one.name === name && one.labels[label] === value).map((one) => one.value);
  for (const finding of KNOWN.finding as string[])
    expect([finding, values('tocsin_reconciler_findings_total', 'finding', finding)]).toEqual([finding, [0]]);
  for (const outcome of ['taken', 'temporary', 'permanent', 'auth', 'rate-limited', 'invalid-target', 'unknown']) {
    const all = values('tocsin_provider_request_duration_seconds_count', 'outcome', outcome);
    expect([outcome, all.length > 1, all.every((value) => value === 0)]).toEqual([outcome, true, true]);
  }
});

test('what happened is what is counted', async () => {
  await life('db-1');
  const after = await until(quietScrape, { what: 'a quiet scrape' });
  const count = (name: string, labels: Record<string, string>) => sumOf(after, name, labels);

  const posts = { component: 'ingestion', route: '/v1/in/:key', method: 'POST' };
  expect(count('tocsin_http_request_duration_seconds_count', { ...posts, status: '2xx' })).toBe(2);
  expect(count('tocsin_http_request_duration_seconds_count', { ...posts, status: '4xx' })).toBe(1);
  const intake = { consumer: 'incidents--intake-high' };
  expect(count('tocsin_facts_consumed_total', { ...intake, outcome: 'done' })).toBe(
    count('tocsin_facts_told_total', { fact: 'alert.v1.received.high', outcome: 'told' }),
  );
  expect(count('tocsin_fact_wait_seconds_count', intake)).toBe(count('tocsin_facts_consumed_total', intake));
  // Whichever of ada's two pages met the fault, its provider failed once and the next took it.
  const { carrier } = h.tocsin;
  const taken = carrier.record().filter((one) => one.status === 201 && (one.kind === 'message' || one.kind === 'call'));
  expect(count('tocsin_provider_request_duration_seconds_count', { outcome: 'taken' })).toBe(taken.length);
  expect(count('tocsin_provider_request_duration_seconds_count', { outcome: 'temporary' })).toBe(1);
  expect(count('tocsin_answers_total', { channel: 'voice', answer: 'reject', outcome: 'rejected' })).toBe(1);
  expect(count('tocsin_answers_total', { channel: 'sms', answer: 'accept', outcome: 'yours' })).toBe(1);
  expect(count('tocsin_incidents_told_total', { outcome: 'told' })).toBeGreaterThan(0);
  expect(count('tocsin_activity_duration_seconds_count', { activity: 'beginEscalation', outcome: 'ok' })).toBe(1);
  // Both ends of a request count it.
  const reached = { method: 'tocsin.roster.v1.Roster/Reach', outcome: 'ok' };
  expect(count('tocsin_rpc_server_duration_seconds_count', { ...reached, component: 'roster' })).toBe(
    count('tocsin_rpc_client_duration_seconds_count', reached),
  );
  expect(count('tocsin_ready', {})).toBe(serviceNames.length);
  expect(count('nodejs_eventloop_lag_seconds', {})).toBeGreaterThanOrEqual(0);
  expect(after.some(({ name }) => name === 'nodejs_heap_size_used_bytes')).toBe(true);
  expect(count('process_start_time_seconds', {})).toBeGreaterThan(0);
});

test('what a label says is from a list', async () => {
  const odd = (await scrape())
    .filter(({ name }) => name.startsWith('tocsin_'))
    .flatMap(({ name, series }) => series.flatMap(({ labels }) => Object.entries(labels).map((one) => [name, ...one])))
    .filter(([name = '', label = '', value = '']) => !isKnown(name, label, value));
  expect(odd).toEqual([]);
});

test('no label names an incident, a person, an address, a key or words of an alert', async () => {
  const numbers = ['ada', 'ben'].map((id) => h.phone(id).number.slice(1));
  const said = (await scrape()).flatMap(({ series }) => series.flatMap(({ labels }) => Object.values(labels)));
  const secret = [KEY, 'db-1', 'disk full', 'no-such-key', 'acme', 'ada', 'ben', ...numbers];
  expect(said.filter((value) => secret.some((one) => value.toLowerCase().includes(one.toLowerCase())))).toEqual([]);
  expect(said.filter((value) => /[0-9A-HJKMNP-TV-Z]{26}/.test(value))).toEqual([]);
});

test('the page of metrics has what a process serves, with its type, labels and words, and nothing else', async () => {
  const document = await readFile(DOCUMENT, 'utf8');
  const rows = document.split('\n').filter((line) => line.startsWith('| `tocsin_'));
  const said = new Map(rows.map((row) => [row.split('`')[1]!, row]));
  const served = (await scrape()).filter(({ name }) => name.startsWith('tocsin_'));
  const nameOf = ({ name, type }: Family) => (type === 'counter' ? `${name}_total` : name);
  expect([...said.keys()].sort()).toEqual(served.map(nameOf).sort());
  for (const family of served) {
    const [, , type = '', labels = '', help = ''] = (said.get(nameOf(family)) ?? '')
      .split('|')
      .map((one) => one.trim());
    expect([nameOf(family), type, help]).toEqual([nameOf(family), family.type, family.help]);
    const found = new Set(family.series.flatMap((one) => Object.keys(one.labels)));
    const known = labels.split(' ').map((one) => one.replaceAll('`', ''));
    expect([...found].filter((label) => !['component', 'le', ...known].includes(label))).toEqual([]);
  }
});

test('the dashboard names only metrics and labels that there are', async () => {
  const dashboard = JSON.parse(await readFile(DASHBOARD, 'utf8')) as { panels: { targets: { expr: string }[] }[] };
  const expressions = dashboard.panels.flatMap((panel) => panel.targets.map((target) => target.expr));
  expect(expressions.length).toBeGreaterThan(20);
  const document = await readFile(DOCUMENT, 'utf8');
  const served = new Map((await scrape()).map((one) => [one.name, one]));
  for (const expression of expressions) {
    const [, name = ''] = /((?:tocsin|nodejs|process)_\w+)/.exec(expression) ?? [];
    const family = served.get(name) ?? served.get(name.replace(/_(total|bucket|count)$/, ''));
    expect([expression, family?.name]).toEqual([expression, expect.any(String)]);
    // `instance` is Prometheus' own; the others stand in the page's row.
    const [, , , labels = ''] =
      document
        .split('\n')
        .find((line) => line.includes(`| \`${name.replace(/_(bucket|count)$/, '')}\` |`))
        ?.split('|') ?? [];
    const known = new Set([...labels.matchAll(/`(\w+)`/g)].map(([, label]) => label));
    const by = [...expression.matchAll(/by \(([^)]*)\)/g)].flatMap(([, list = '']) => list.split(', '));
    const filtered = [...expression.matchAll(/(\w+)!?="/g)].map(([, label]) => label);
    const odd = [...by, ...filtered].filter((label) => label !== 'le' && label !== 'component' && !known.has(label));
    expect([expression, odd]).toEqual([expression, []]);
  }
});
