import { access, readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { jobs, services, tools } from '../../deploy/docker/src/roles.ts';
import { CHART } from './helm.ts';
import { describeValues, readmeWith } from './values-table.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const read = (file: string) => readFile(path.join(root, file), 'utf8');

interface Alert {
  alert: string;
  expr: string;
}

/** What needs no Helm: the chart against what it is about, and what is written of it. */
export function describeDocuments(): void {
  describe('documents', () => {
    test('every role of the image is a file', async () => {
      for (const file of Object.values({ ...services, ...jobs, ...tools })) await access(path.join(root, file));
    });

    test('the README lists every value as values.yaml has it', async () => {
      const readme = await read('charts/tocsin/README.md');
      expect(readme).toBe(readmeWith(readme, describeValues(await read('charts/tocsin/values.yaml'))));
    });

    test('the schema takes no unknown key anywhere', async () => {
      const schema = JSON.parse(await readFile(path.join(CHART, 'values.schema.json'), 'utf8'));
      expect(openObjects(schema, '')).toEqual(['.properties.global']);
    });

    test('each alert is of metrics that exist, and has its runbook', async () => {
      const { groups } = parse(await read('charts/tocsin/files/rules/alerts.yaml')) as { groups: { rules: Alert[] }[] };
      const said = (await Promise.all(['docs/metrics.md', 'docs/kpis.md'].map(read))).join('\n');
      const runbooks = await read('docs/operate/alerts.md');
      for (const { alert, expr } of groups.flatMap(({ rules }) => rules)) {
        for (const [metric] of expr.matchAll(/\b(tocsin|nodejs)_[a-z0-9_]+/g))
          expect([alert, metric, said.includes(metric.replace(/_(bucket|count|sum)$/, ''))]).toEqual([
            alert,
            metric,
            true,
          ]);
        expect(runbooks).toContain(`\n## ${alert}\n`);
      }
      for (const [, heading] of runbooks.matchAll(/^## (Tocsin\w+)$/gm))
        expect(groups.flatMap(({ rules }) => rules.map((one) => one.alert))).toContain(heading);
    });
  });
}

/** Objects that list their keys and would take others. `global` is Helm's own, and shared with whoever depends on the chart. */
function openObjects(schema: unknown, at: string): string[] {
  if (schema === null || typeof schema !== 'object') return [];
  const { properties, additionalProperties } = schema as Record<string, unknown>;
  const open = properties !== undefined && at !== '' && !at.endsWith('.properties') && additionalProperties !== false;
  return [
    ...(open ? [at] : []),
    ...Object.entries(schema).flatMap(([key, value]) => openObjects(value, `${at}.${key}`)),
  ];
}
