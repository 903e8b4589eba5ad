import type { Finding, Row, Table } from '../benchmark.ts';

export interface Report {
  /** What was measured on what, and how. */
  about: [name: string, value: string][];
  findings: { name: string; finding: Finding }[];
}

/** A run as Markdown: machine and versions, all results in one table, then what they are made of. */
export function markdown({ about, findings }: Report): string {
  const rows = findings.flatMap(({ finding }) => finding.rows);
  const details = findings.flatMap(({ finding }) => finding.details ?? []);
  return [
    table(['run', ''], about),
    table(['measure', 'result', 'expected'], rows.map(cells)),
    ...details.map(detail),
  ].join('\n\n');
}

function cells({ measure, result, expected }: Row): string[] {
  if (!expected) return [measure, result, ''];
  return [measure, result, expected.met ? expected.what : `${expected.what}: **missed**`];
}

function detail({ title, head, rows, note }: Table): string {
  return [`### ${title}`, ...(note ? [note] : []), table(head, rows)].join('\n\n');
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (row: readonly string[]) => `|${row.map((cell) => (cell === '' ? ' ' : ` ${cell} `)).join('|')}|`;
  return [line(head), `|${head.map(() => '---').join('|')}|`, ...rows.map(line)].join('\n');
}
