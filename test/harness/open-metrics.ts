export interface Series {
  name: string;
  labels: Record<string, string>;
  value: number;
}

export interface Family {
  name: string;
  type: 'counter' | 'gauge' | 'histogram' | 'summary' | 'info' | 'unknown';
  help: string;
  series: Series[];
}

const TYPES = ['counter', 'gauge', 'histogram', 'summary', 'info', 'unknown'];
const SAMPLE = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (\S+)$/;
const LABEL = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)"(?:,|$)/y;
const SUFFIXES: Record<string, string[]> = {
  counter: ['_total', '_created'],
  gauge: [''],
  histogram: ['_bucket', '_sum', '_count', '_created'],
  summary: ['', '_sum', '_count', '_created'],
  info: ['_info'],
  unknown: [''],
};

/**
 * Reads OpenMetrics text as strictly as its specification is (https://prometheus.io/docs/specs/om/open_metrics_spec/): a family stands
 * together, with its type and help before its samples; no series twice; counters and histograms are what they say.
 *
 * @throws Error that quotes the line.
 */
export function parseOpenMetrics(text: string): Family[] {
  const lines = text.split('\n');
  if (lines.at(-1) !== '' || lines.at(-2) !== '# EOF')
    throw new Error('the text does not end with # EOF and a new line');
  const families = new Map<string, Family>();
  const seen = new Set<string>();
  let current: Family | undefined;
  for (const line of lines.slice(0, -2)) {
    const [, word = '', name = '', rest = ''] = /^# (HELP|TYPE) (\S+) (.*)$/.exec(line) ?? [];
    if (word !== '') {
      if (current?.name !== name) {
        if (families.has(name)) throw new Error(`a family in two places: ${line}`);
        current = { name, type: 'unknown', help: '', series: [] };
        families.set(name, current);
      }
      if (current.series.length > 0) throw new Error(`after its samples: ${line}`);
      if (word === 'HELP') current.help = rest;
      else if (TYPES.includes(rest)) current.type = rest as Family['type'];
      else throw new Error(`no type: ${line}`);
      continue;
    }
    const series = sample(line);
    const suffixes = SUFFIXES[current?.type ?? ''] ?? [];
    if (!current || !suffixes.some((suffix) => series.name === `${current?.name}${suffix}`)) {
      throw new Error(`a sample of no family, or not of its type: ${line}`);
    }
    const id = `${series.name}${JSON.stringify(Object.entries(series.labels).sort())}`;
    if (seen.has(id)) throw new Error(`a series twice: ${line}`);
    seen.add(id);
    current.series.push(series);
  }
  for (const family of families.values()) check(family);
  return [...families.values()];
}

function sample(line: string): Series {
  const [, name = '', inside = '', value = ''] = SAMPLE.exec(line) ?? [];
  if (name === '') throw new Error(`no sample: ${line}`);
  const labels: Record<string, string> = {};
  LABEL.lastIndex = 0;
  while (LABEL.lastIndex < inside.length) {
    const at = LABEL.lastIndex;
    const [, label = '', said = ''] = LABEL.exec(inside) ?? [];
    if (label === '' || Object.hasOwn(labels, label)) throw new Error(`labels from ${at} on: ${line}`);
    labels[label] = said;
  }
  const number = value === '+Inf' ? Number.POSITIVE_INFINITY : value === 'NaN' ? Number.NaN : Number(value);
  if (Number.isNaN(number) && value !== 'NaN') throw new Error(`no number: ${line}`);
  return { name, labels, value: number };
}

function check({ name, type, help, series }: Family): void {
  if (help === '') throw new Error(`${name} has no help`);
  if (type === 'counter' && name.endsWith('_total')) throw new Error(`${name} is named as its samples are`);
  if (type === 'counter' && series.some((one) => !(one.value >= 0))) throw new Error(`${name} counts below zero`);
  if (type !== 'histogram') return;
  const without = ({ le: _, ...labels }: Record<string, string>) => JSON.stringify(Object.entries(labels).sort());
  for (const [labels, all] of Map.groupBy(series, (one) => without(one.labels))) {
    const buckets = all.filter((one) => one.name === `${name}_bucket`);
    const bounds = buckets.map((one) => (one.labels.le === '+Inf' ? Number.POSITIVE_INFINITY : Number(one.labels.le)));
    const total = all.find((one) => one.name === `${name}_count`)?.value;
    const rises = (values: number[]) => values.every((one, at) => at === 0 || one >= values[at - 1]!);
    const isWhole = bounds.at(-1) === Number.POSITIVE_INFINITY && buckets.at(-1)?.value === total;
    if (!rises(bounds) || !rises(buckets.map((one) => one.value)) || !isWhole) {
      throw new Error(`${name}${labels} is no histogram`);
    }
  }
}

/** The sum of the series of this name that have these labels. */
export function sumOf(families: readonly Family[], name: string, labels: Record<string, string> = {}): number {
  return families
    .flatMap((family) => family.series)
    .filter((one) => one.name === name && Object.entries(labels).every(([label, said]) => one.labels[label] === said))
    .reduce((sum, one) => sum + one.value, 0);
}
