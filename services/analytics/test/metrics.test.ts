import { readFile } from 'node:fs/promises';
import { describe, expect, test } from '@jest/globals';
import { foldKpis, type KpiEntry, noKpis } from '@tocsin/domain';
import { createWarehouse } from '../src/core/warehouse.ts';
import { createMetrics } from '../src/http/metrics.ts';

const OPENED = Date.UTC(2026, 0, 5, 3);

/** The first entries of an incident that was paged in vain, then accepted and resolved. */
const story: KpiEntry[] = [
  { kind: 'opened', data: { severity: 'high', team: 'secops', drill: false } },
  { kind: 'gap', data: { layer: 1, target: 'schedule primary' } },
  { kind: 'layer-started', data: { escalation: 'response', layer: 2, people: ['ada', 'ben'] } },
  { kind: 'notification', data: receipt('queued') },
  { kind: 'notification', data: receipt('delivered') },
  { kind: 'accepted', data: { escalation: 'response', person: 'ada', channel: 'sms', layer: 2 } },
  { kind: 'closed', data: { by: 'ada' } },
].map((entry, index) => ({ ...entry, position: index + 1, at: OPENED + index * 10_000 }));

function receipt(said: string) {
  return {
    notification: 'I/response/1/2/ada/ada-sms/1/page',
    person: 'ada',
    layer: 2,
    channel: 'sms',
    provider: 'main',
    receipt: said,
  };
}

/** What is exposed after the story was taken in up to each of these heads in turn, as `<name>{<labels>} <value>` lines. */
async function exposedAfter(heads: number[], { drill = false } = {}) {
  const warehouse = createWarehouse();
  const metrics = createMetrics(() => [warehouse]);
  let kpis = noKpis();
  const log = story.map((entry) => (entry.kind === 'opened' ? { ...entry, data: { ...entry.data, drill } } : entry));
  for (const [rev, head] of heads.entries()) {
    const next = foldKpis(kpis, log.slice(0, head)).kpis;
    metrics.changed(kpis, next);
    warehouse.put('incident', rev + 1, next);
    kpis = next;
  }
  return metrics.registry.metrics();
}

describe('what happened is counted', () => {
  test('once, however it came in', async () => {
    const whole = await exposedAfter([7]);
    expect(await exposedAfter([1, 2, 3, 4, 5, 6, 7])).toBe(whole);
    expect(await exposedAfter([7, 7, 3])).toBe(whole);
    const lines = whole.split('\n');
    expect(lines).toEqual(
      expect.arrayContaining([
        'tocsin_incidents_opened_total{severity="high"} 1',
        'tocsin_coverage_gaps_total 1',
        'tocsin_pages_total{outcome="accepted"} 1',
        'tocsin_pages_total{outcome="overtaken"} 1',
        'tocsin_notifications_total{channel="sms",provider="main",receipt="taken"} 1',
        'tocsin_notifications_total{channel="sms",provider="main",receipt="delivered"} 1',
        'tocsin_incident_first_page_seconds_sum{severity="high"} 30',
        'tocsin_incident_delivery_seconds_sum{severity="high"} 40',
        'tocsin_incident_acknowledge_seconds_sum{severity="high"} 50',
        'tocsin_incident_acknowledge_seconds_bucket{le="30",severity="high"} 0',
        'tocsin_incident_acknowledge_seconds_bucket{le="60",severity="high"} 1',
        'tocsin_incident_resolve_seconds_count{severity="high"} 1',
      ]),
    );
    expect(lines.filter((line) => line.startsWith('tocsin_incident_contain_seconds_count{'))).toEqual(
      ['critical', 'high', 'medium', 'low', 'info'].map(
        (severity) => `tocsin_incident_contain_seconds_count{severity="${severity}"} 0`,
      ),
    );
    expect(whole.trimEnd()).toMatch(/# EOF$/);
  });

  test('but not of drills', async () => {
    expect(await exposedAfter([7], { drill: true })).not.toMatch(/^tocsin_\w+\{[^}]*\} [1-9]/m);
  });
});

test('an incident is open until it is closed', async () => {
  expect(await exposedAfter([3])).toContain('tocsin_incidents_open{severity="high",acknowledged="false"} 1');
  expect(await exposedAfter([6])).toContain('tocsin_incidents_open{severity="high",acknowledged="true"} 1');
  expect(await exposedAfter([7])).not.toContain('tocsin_incidents_open{');
});

test('the dashboard names only metrics and labels that there are', async () => {
  const text = await readFile(new URL('../../../deploy/grafana/kpis.json', import.meta.url), 'utf8');
  const dashboard = JSON.parse(text) as { panels: { targets: { expr: string }[] }[] };
  const known = new Map<string, Set<string>>();
  // In the text, so that what is checked is what Prometheus would read.
  for (const line of `${await exposedAfter([6])}\n${await exposedAfter([7])}`.split('\n')) {
    const [, name, labels = ''] = /^(tocsin_\w+)(?:\{(.*)\})? /.exec(line) ?? [];
    if (!name) continue;
    const found = known.get(name) ?? new Set();
    known.set(name, found);
    for (const [, label] of labels.matchAll(/(\w+)="/g)) found.add(label!);
  }
  const declared = await exposedAfter([]);
  const expressions = dashboard.panels.flatMap((panel) => panel.targets.map((target) => target.expr));
  expect(expressions.length).toBeGreaterThan(10);
  for (const expression of expressions) {
    for (const [, name] of expression.matchAll(/(tocsin_\w+)/g)) {
      const family = name!.replace(/_(bucket|count|sum|total)$/, '');
      expect(declared).toMatch(new RegExp(`^# TYPE ${family} `, 'm'));
      const labels = known.get(name!);
      // Nothing was contained in the story; its labels are those of the other durations.
      const has = labels ?? known.get('tocsin_incident_resolve_seconds_bucket')!;
      const used = [...expression.matchAll(/by \(([^)]*)\)/g)].flatMap(([, list]) => list!.split(', '));
      const filtered = [...expression.matchAll(/(\w+)="/g)].map(([, label]) => label!);
      for (const label of [...used, ...filtered]) expect([name, label, has.has(label)]).toEqual([name, label, true]);
    }
  }
});
