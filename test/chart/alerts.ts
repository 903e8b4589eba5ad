import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { cases, type Labels, NAMESPACE, wellWith } from './alert-cases.ts';
import type { KubernetesObject } from './helm.ts';

const run = promisify(execFile);

interface Rule {
  alert: string;
  expr: string;
  labels: Labels;
  annotations: Labels;
}

/** The rules as the chart makes them, carried out by Prometheus' own engine. */
export function describeAlerts(promtool: string | undefined, objects: () => KubernetesObject[]): void {
  const where = promtool ? test : test.skip;

  describe('the alerts of Prometheus', () => {
    let groups: { name: string; rules: Rule[] }[];
    let components: string[];

    beforeAll(() => {
      groups = objects().find(({ kind }) => kind === 'PrometheusRule')!.spec.groups;
      components = objects()
        .filter(({ kind, metadata }) => kind === 'Deployment' && !metadata.name.endsWith('-simulator'))
        .map(({ metadata }) => metadata.labels!['app.kubernetes.io/component']!);
    });

    where('are well formed', async () => {
      await inFolder({ 'rules.yaml': { groups } }, async (at) => {
        const { stdout } = await run(promtool!, ['check', 'rules', '--lint-fatal', at('rules.yaml')]);
        expect(stdout).toMatch(/SUCCESS: \d+ rules found/);
      });
    });

    test('fire in some case each', () => {
      const rules = groups.flatMap((group) => group.rules.map(({ alert }) => alert));
      const fired = Object.values(cases).flatMap(({ fires }) => Object.keys(fires));
      expect([...new Set(fired)].toSorted()).toEqual([...new Set(rules)].toSorted());
    });

    where.each(Object.entries(cases))('%s', async (_, { series: said, after, fires }) => {
      const all = Object.entries({ ...wellWith(components), ...said }).filter(([, values]) => values !== '');
      const rules = groups.flatMap((group) => group.rules);
      const unit = {
        rule_files: ['rules.yaml'],
        tests: [
          {
            interval: '15s',
            input_series: all.map(([name, values]) => ({ series: name, values })),
            alert_rule_test: [...new Set(rules.map(({ alert }) => alert))].map((alertname) => ({
              eval_time: after,
              alertname,
              exp_alerts: (fires[alertname] ?? []).map((labels) => expected(rules, alertname, labels)),
            })),
          },
        ],
      };
      await inFolder({ 'rules.yaml': { groups }, 'unit.yaml': unit }, async (at) => {
        const { stdout, stderr } = await run(promtool!, ['test', 'rules', at('unit.yaml')]).catch((error) => error);
        expect(`${stdout}${stderr}`).toMatch(/SUCCESS/);
      });
    });
  });
}

/** As people read it: with its texts, in which labels stand. */
function expected(rules: Rule[], alert: string, labels: Labels) {
  const rule = rules.find(
    (one) => one.alert === alert && (one.labels.component ?? labels.component) === labels.component,
  )!;
  const all: Labels = { namespace: NAMESPACE, ...labels, ...rule.labels };
  const texts = Object.entries(rule.annotations).map(([name, text]) => [
    name,
    text.replaceAll(/\{\{ \$labels\.(\w+) \}\}/g, (_, label: string) => all[label] ?? ''),
  ]);
  return { exp_labels: all, exp_annotations: Object.fromEntries(texts) };
}

/** JSON is YAML. */
async function inFolder(files: Record<string, object>, act: (at: (file: string) => string) => Promise<void>) {
  const folder = await mkdtemp(path.join(tmpdir(), 'tocsin-alerts-'));
  const at = (file: string) => path.join(folder, file);
  try {
    for (const [file, content] of Object.entries(files)) await writeFile(at(file), JSON.stringify(content));
    await act(at);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
