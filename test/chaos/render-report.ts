/** What one file of tests measured. */
export interface Part {
  /** Every test of it passed. */
  whole: boolean;
  /** Names the run, so that no page mixes two. */
  run: string;
  title: string;
  /** What was done and held, in sentences. */
  text: string;
  columns: string[];
  rows: (string | number)[][];
  engines?: string[];
}

const OPENING = `# Reliability

Shows what happens to a page when parts of Tocsin are killed while it is under way, as measured by a run of the chaos tests.

This page is written by \`TOCSIN_WRITE_RELIABILITY=1 npm test -- test/chaos\`, and by nothing else. Every row was checked in that run:
each accepted alert belongs to an incident, the page reaches the person on every channel, the answer counts, no page starts later than
250 ms after \`incidents\` stored the accept, a notification goes out again only where a crash hid what became of the one before, a crash
for each time, and then it says "possible repeat"; the incident's log has no gap; and its workflow's history can be lived again by a
worker that has just started.
`;

/** The report as Markdown. */
export function renderReport(parts: readonly Part[], machine: string): string {
  const engines = [...new Set(parts.flatMap((one) => one.engines ?? []))];
  const sections = parts.map(({ title, text, columns, rows }) => `## ${title}\n\n${text}\n\n${table(columns, rows)}\n`);
  return [OPENING, `Machine: ${machine}. Engines: ${engines.join(', ')}.\n`, ...sections].join('\n');
}

function table(columns: readonly string[], rows: readonly (string | number)[][]): string {
  const line = (cells: readonly (string | number)[]) => `| ${cells.join(' | ')} |`;
  return [line(columns), line(columns.map(() => '---')), ...rows.map(line)].join('\n');
}
