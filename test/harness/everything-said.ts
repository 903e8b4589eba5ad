import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { createTemporalClient, type NatsConnection, streams } from '@tocsin/platform';

/** Texts as they lie somewhere that must hold no personal data; each with where it was found. */
export type Said = { where: string; text: string }[];

/** Every event of every run in a namespace with all its payloads, and what an operator is shown of each workflow. */
export async function saidInTemporal(address: string, namespace: string): Promise<Said> {
  const { client, connection } = await createTemporalClient(address, namespace);
  const said: Said = [];
  try {
    for await (const { workflowId, runId } of client.workflow.list()) {
      const handle = client.workflow.getHandle(workflowId, runId);
      const { events } = await handle.fetchHistory();
      said.push({ where: `history of ${runId}`, text: texts(events) });
      said.push({ where: `description of ${runId}`, text: texts(await handle.describe()) });
      said.push({ where: `details of ${runId}`, text: texts(await handle.query('__temporal_workflow_metadata')) });
    }
  } finally {
    await connection.close();
  }
  return said;
}

/** Every message of every stream: subject, headers and bytes. */
export async function saidInStreams(nc: NatsConnection): Promise<Said> {
  const ask = async <T>(subject: string, question: object): Promise<T> =>
    (await nc.request(subject, JSON.stringify(question), { timeout: 5_000 })).json<T>();
  const said: Said = [];
  for (const { name } of streams) {
    const { state } = await ask<{ state: { first_seq: number; last_seq: number } }>(`$JS.API.STREAM.INFO.${name}`, {});
    for (let seq = Math.max(state.first_seq, 1); seq <= state.last_seq; seq += 1) {
      const { message } = await ask<{ message: { subject: string; data?: string; hdrs?: string } }>(
        `$JS.API.STREAM.MSG.GET.${name}`,
        { seq },
      );
      const bytes = [message.hdrs, message.data].map((part) => Buffer.from(part ?? '', 'base64').toString());
      said.push({ where: `${name} ${seq}`, text: [message.subject, ...bytes].join('\n') });
    }
  }
  return said;
}

/** Every line of every file in a folder of logs. */
export async function saidInLogs(logDir: string): Promise<Said> {
  const files = await readdir(logDir);
  const read = await Promise.all(
    files.map(async (file) => {
      const lines = (await readFile(path.join(logDir, file), 'utf8')).split('\n');
      return lines.map((text, at) => ({ where: `${file}:${at + 1}`, text }));
    }),
  );
  return read.flat();
}

/** All text in a value, payloads' bytes included. */
function texts(value: unknown): string {
  if (typeof value === 'string') return value;
  if (value instanceof Uint8Array) return Buffer.from(value).toString();
  if (typeof value !== 'object' || value === null) return '';
  return Object.entries(value)
    .map(([name, inner]) => `${name} ${texts(inner)}`)
    .join('\n');
}
