import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { Connection } from '@temporalio/client';
import { temporal } from './catalog.ts';
import { type Engine, startEngine } from './child.ts';
import { locate } from './locate.ts';
import type { EngineOptions } from './options.ts';

/** What incidents can be searched for in Temporal: ids and catalogued words only. */
export const searchAttributes = ['TocsinSeverity', 'TocsinTeam', 'TocsinState'] as const;

/**
 * A development server has one shard where a cluster has hundreds, and what is meant for a shard holds for all of it. It reads
 * its queue of work at most 20 times a second, which is too seldom for five incidents a second: each step of each waited for
 * its turn. And its task queues are in four parts that know nothing of each other's most urgent task.
 */
const settings = [
  'history.transferProcessorMaxPollRPS=400',
  'history.timerProcessorMaxPollRPS=400',
  'matching.numTaskqueueReadPartitions=1',
  'matching.numTaskqueueWritePartitions=1',
];

export interface TemporalOptions extends EngineOptions {
  /** Absent: no web interface. */
  uiPort?: number | undefined;
}

/** Temporal's development server on a SQLite file that survives `kill -9`. */
export async function startTemporal({ dataDir, port, uiPort, log, onDeath }: TemporalOptions): Promise<Engine> {
  const command = await locate(temporal, log);
  await mkdir(dataDir, { recursive: true });
  const args = ['server', 'start-dev', '--ip', '127.0.0.1', '--port', String(port), '--log-level', 'error'];
  args.push('--db-filename', path.join(dataDir, 'temporal.sqlite'));
  args.push('--sqlite-pragma', 'journal_mode=WAL', '--sqlite-pragma', 'synchronous=NORMAL');
  args.push(...(uiPort === undefined ? ['--headless'] : ['--ui-ip', '127.0.0.1', '--ui-port', String(uiPort)]));
  for (const setting of settings) args.push('--dynamic-config-value', setting);
  for (const name of searchAttributes) args.push('--search-attribute', `${name}=Keyword`);
  const address = `127.0.0.1:${port}`;
  return startEngine({ name: temporal.name, address, command, args, dataDir, ready: () => answers(address), onDeath });
}

async function answers(address: string): Promise<void> {
  const connection = await Connection.connect({ address, connectTimeout: 2_000 });
  try {
    await connection.withDeadline(Date.now() + 2_000, () =>
      connection.workflowService.countWorkflowExecutions({
        namespace: 'default',
        query: `${searchAttributes[0]} = 'x'`,
      }),
    );
  } finally {
    await connection.close();
  }
}
