import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from '@jest/globals';
import { until } from '@tocsin/platform';
import { pressOn, replyTo } from '../harness/answers.ts';
import { type CollectedSpan, startCollector } from '../harness/collector.ts';
import { KEY } from '../harness/organisation.ts';
import { startProcesses } from '../harness/process-system.ts';

const TITLE = 'Quokka-Ledger of Wilhelmina unreachable';
const NAMES = { ada: 'Adelgunde Zwiebelturm', ben: 'Benedikt Ypsilanti', boss: 'Boris Quarz' };
const people = Object.entries(NAMES).map(([id, name]) => ({ id, name }));

/** What one alert does in every process, in the words of its spans: `service | kind | name`. */
const STEPS = [
  'ingestion | server | POST /v1/in/:key',
  'ingestion | producer | send alert.v1.received.high',
  'incidents | consumer | process alert.v1.received.high',
  'incidents | client | tocsin.alert.v1.Alerts/Describe',
  'ingestion | server | tocsin.alert.v1.Alerts/Describe',
  'incidents | internal | tell workflow',
  'incidents | client | SignalWithStartWorkflow:incident',
  'worker | consumer | RunActivity:beginEscalation',
  'roster | server | tocsin.roster.v1.Roster/Begin',
  'worker | consumer | RunActivity:deliver',
  'incidents | server | tocsin.incident.v1.Incidents/Words',
  'notifier-sms | server | tocsin.notifier.v1.Notifier/Deliver',
  'notifier-sms | client | send sms',
  'notifier-voice | server | tocsin.notifier.v1.Notifier/Deliver',
  'notifier-voice | client | send voice',
  'notifier-sms | consumer | take receipt',
  'notifier-voice | consumer | take answer',
  'notifier-sms | consumer | take answer',
  'notifier-sms | client | tocsin.incident.v1.Incidents/Answer',
  'incidents | server | tocsin.incident.v1.Incidents/Answer',
  'incidents | client | SignalWorkflow:event',
  'worker | consumer | RunActivity:withdraw',
  'notifier-voice | server | tocsin.notifier.v1.Notifier/Withdraw',
];

// The shortest life of this incident has more than forty events, so that activities follow the turn in any case.
test.each([
  { name: 'in one run', turnAfterEvents: 2_000 },
  { name: 'with a turn each 12 events', turnAfterEvents: 12 },
])(
  'an alert is one trace from its post to the providers and back through the answers, $name',
  async ({ turnAfterEvents }) => {
    const collector = await startCollector();
    const logDir = await mkdtemp(path.join(tmpdir(), 'tocsin-traces-'));
    const s = await startProcesses({
      people,
      layers: [['ada'], ['ben']],
      turnAfterEvents,
      logDir,
      env: {
        LOG_LEVEL: 'info',
        OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
        OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
        OTEL_BSP_SCHEDULE_DELAY: '100',
      },
    });
    try {
      const posted = await s.post({ action: 'trigger', dedup_key: 'db-17', severity: 'critical', title: TITLE });
      expect(posted.status).toBe(202);
      await pressOn(s.phone('ada'), '2');
      expect(await replyTo(s.phone('ben'), 'accept')).toContain('INC-1');
      const root = await until(() => collector.spans.find((one) => one.name === 'POST /v1/in/:key'), {
        what: 'the span of the post',
      });
      const ofTrace = () => collector.spans.filter((one) => one.traceId === root.traceId);
      const missing = () => {
        const found = new Set(ofTrace().map(({ service, kind, name }) => `${service} | ${kind} | ${name}`));
        return [...STEPS.filter((step) => !found.has(step)), ...orphans(ofTrace()).map((one) => `parent of ${one}`)];
      };
      await until(() => missing().length === 0, { timeoutMs: 15_000, what: 'the whole trace' }).catch(() => undefined);
      expect(missing()).toEqual([]);
      const trace = ofTrace();
      expect(trace.filter((one) => one.parentSpanId === undefined)).toEqual([root]);
      expect(trace.filter((one) => one.scope !== `@tocsin/${one.service}`)).toEqual([]);
      // Who pressed a key came by a request of the carrier's, which is a trace of its own.
      const answered = trace.filter((one) => one.name === 'take answer');
      for (const one of answered) expect(one.links).toHaveLength(1);
      const runs = new Set(trace.flatMap((one) => one.attributes['tocsin.workflow.run_id'] ?? []));
      expect(runs.size > 1).toBe(turnAfterEvents < 100);

      // Whoever reads a log finds the trace, and whoever reads the trace finds the logs.
      for (const name of ['sms', 'voice'])
        expect(await tracesIn(path.join(logDir, `${name}.log`))).toContain(root.traceId);

      const numbers = people.map(({ id }) => s.phone(id).number.slice(1));
      const secret = [
        TITLE,
        'Quokka',
        'db-17',
        KEY,
        ...Object.values(NAMES).flatMap((name) => name.split(' ')),
        ...numbers,
      ];
      const told = collector.bodies.join('\n');
      expect(secret.filter((one) => told.includes(one))).toEqual([]);
      expect(collector.problems).toEqual([]);
    } finally {
      await s.stop();
      await collector.stop();
      await rm(logDir, { recursive: true, force: true });
    }
  },
  180_000,
);

/** Spans whose parent is not in their trace. */
function orphans(trace: readonly CollectedSpan[]): string[] {
  const ids = new Set(trace.map((one) => one.spanId));
  return trace.filter((one) => one.parentSpanId !== undefined && !ids.has(one.parentSpanId)).map((one) => one.name);
}

/** The traces of a log's lines. */
async function tracesIn(file: string): Promise<string[]> {
  const lines = (await readFile(file, 'utf8')).split('\n').filter((line) => line.startsWith('{'));
  return lines.flatMap((line) => (JSON.parse(line) as { traceId?: string }).traceId ?? []);
}
