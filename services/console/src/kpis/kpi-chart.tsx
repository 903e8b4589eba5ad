import { Paper, Text } from '@mantine/core';
import {
  Bar,
  BarChart,
  CartesianGrid,
  Legend,
  Line,
  LineChart,
  ResponsiveContainer,
  Tooltip,
  XAxis,
  YAxis,
} from 'recharts';
import type { KpiDefinition, Kpis } from '../api/kpis.ts';
import { ticksUpTo, tickWords } from './kpi-axis.ts';
import { bucketName, figure, groupName, hasPercentiles, inOrder } from './kpi-words.ts';

interface Props {
  kpis: Kpis;
  definition: KpiDefinition;
  bucket: string;
  /** A dimension; empty: over time. */
  by: string;
  height: number;
}

/** Lines differ by their strokes too, not by colour alone. Each colour stands out from the page in the light and in the dark. */
const LINES = [
  { name: 'Median', key: 'median', colour: 'light-dark(#c2410c, #f3a47d)', dash: '' },
  { name: 'p90', key: 'p90', colour: 'light-dark(#1864ab, #74c0fc)', dash: '7 4' },
  { name: 'p95', key: 'p95', colour: 'light-dark(#862e9c, #e599f7)', dash: '2 4' },
] as const;
const [MEDIAN] = LINES;

const MOST_GROUPS = 24;
const QUIET = 'var(--mantine-color-dimmed)';
const AXIS = { stroke: QUIET, tick: { fill: QUIET, fontSize: 13 }, tickLine: false } as const;
const MARGIN = { top: 8, right: 12, bottom: 0, left: 0 };
const STILL = { isAnimationActive: false } as const;

/** The same numbers as the table beneath has, for the eye: who cannot see it misses nothing. */
export function KpiChart({ kpis, definition, bucket, by, height }: Props) {
  const [first] = kpis.series;
  if (!first || first.total.n === 0) return <Text c="dimmed">There was nothing to measure.</Text>;
  return (
    <div role="img" aria-label={`${definition.title}, drawn: the table has the numbers`} style={{ height }}>
      <ResponsiveContainer width="100%" height="100%">
        {by === '' ? overTime({ kpis, definition, bucket }) : grouped({ kpis, definition })}
      </ResponsiveContainer>
    </div>
  );
}

function overTime({ kpis, definition, bucket }: Omit<Props, 'by' | 'height'>) {
  const { series, timeZone, from, until } = kpis;
  const { points, total } = series[0]!;
  const data = points.map(({ start, statistics }) => ({ at: Date.parse(start), ...statistics }));
  const named = (at: number) => bucketName(new Date(at).toISOString(), timeZone, bucket);
  // What is not there is a gap in time, not a shorter axis.
  const time = (
    <XAxis
      {...AXIS}
      dataKey="at"
      type="number"
      scale="time"
      domain={[Date.parse(from), Date.parse(until)]}
      tickFormatter={named}
      minTickGap={40}
      padding={{ left: 20, right: 20 }}
    />
  );
  if (!hasPercentiles(total, definition)) {
    const room =
      (Date.parse(until) - Date.parse(from)) / { day: 86_400_000, week: 604_800_000, month: 2_629_800_000 }[bucket]!;
    return (
      <BarChart data={data} margin={MARGIN} accessibilityLayer={false}>
        <CartesianGrid vertical={false} stroke="var(--mantine-color-default-border)" />
        {time}
        <YAxis
          {...AXIS}
          width={64}
          {...heights(
            data.map(({ n }) => n),
            'count',
          )}
        />
        <Tooltip content={<Said named={named} unit="count" />} cursor={false} />
        <Bar
          {...STILL}
          name="n"
          dataKey="n"
          fill={MEDIAN.colour}
          radius={3}
          barSize={Math.max(4, Math.min(36, 480 / room))}
        />
      </BarChart>
    );
  }
  return (
    <LineChart data={data} margin={MARGIN} accessibilityLayer={false}>
      <CartesianGrid vertical={false} stroke="var(--mantine-color-default-border)" />
      {time}
      <YAxis
        {...AXIS}
        width={64}
        {...heights(
          data.map(({ p95 }) => p95),
          definition.unit,
        )}
      />
      <Tooltip content={<Said named={named} unit={definition.unit} />} />
      <Legend itemSorter={null} formatter={(name: string) => <span style={{ color: QUIET }}>{name}</span>} />
      {LINES.map(({ name, key, colour, dash }) => (
        <Line
          {...STILL}
          key={key}
          name={name}
          dataKey={key}
          stroke={colour}
          strokeWidth={2}
          strokeDasharray={dash}
          legendType="plainline"
          dot={data.length < 40 && { r: 3, strokeDasharray: '', fill: colour }}
        />
      ))}
    </LineChart>
  );
}

function grouped({ kpis, definition }: Pick<Props, 'kpis' | 'definition'>) {
  const isCount = !hasPercentiles(kpis.series[0]!.total, definition);
  const data = inOrder(kpis.series)
    .slice(0, MOST_GROUPS)
    .map((one) => ({ name: groupName(one), ...one.total }));
  const unit = isCount ? 'count' : definition.unit;
  const bars = isCount ? [{ ...MEDIAN, name: 'n', key: 'n' as const }] : LINES.slice(0, 2);
  return (
    <BarChart data={data} margin={MARGIN} accessibilityLayer={false}>
      <CartesianGrid vertical={false} stroke="var(--mantine-color-default-border)" />
      <XAxis {...AXIS} dataKey="name" interval="preserveStartEnd" />
      <YAxis
        {...AXIS}
        width={64}
        {...heights(
          data.map((one) => (isCount ? one.n : one.p90)),
          unit,
        )}
      />
      <Tooltip content={<Said named={String} unit={unit} />} cursor={false} />
      {!isCount && (
        <Legend itemSorter={null} formatter={(name: string) => <span style={{ color: QUIET }}>{name}</span>} />
      )}
      {bars.map(({ name, key, colour }) => (
        <Bar {...STILL} key={key} name={name} dataKey={key} fill={colour} radius={3} maxBarSize={36} />
      ))}
    </BarChart>
  );
}

/** An axis from 0 over what there is. */
function heights(values: (number | null)[], unit: KpiDefinition['unit']) {
  const ticks = ticksUpTo(Math.max(...values.map((value) => value ?? 0)), unit);
  return { ticks, domain: [0, ticks.at(-1)!], tickFormatter: (value: number) => tickWords(value, unit) };
}

interface SaidProps {
  named(label: never): string;
  unit: KpiDefinition['unit'];
  /** Put in by the chart. */
  active?: boolean;
  label?: string | number;
  payload?: { name?: string; value?: number }[];
}

function Said({ named, unit, active, label, payload = [] }: SaidProps) {
  if (!active) return null;
  return (
    <Paper withBorder shadow="sm" p="xs">
      <Text size="sm" fw={600}>
        {named(label as never)}
      </Text>
      {payload.map(({ name, value }) => (
        <Text size="sm" key={name}>
          {name}: {figure(unit, value ?? null)}
        </Text>
      ))}
    </Paper>
  );
}
