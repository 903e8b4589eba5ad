import { Box, Table } from '@mantine/core';
import type { KpiDefinition, KpiStatistics, Kpis } from '../api/kpis.ts';
import { bucketName, count, dimensionName, figure, groupName, hasPercentiles, inOrder } from './kpi-words.ts';

interface Props {
  kpis: Kpis;
  definition: KpiDefinition;
  bucket: string;
  by: string;
}

interface Row {
  key: string;
  name: string;
  statistics: KpiStatistics;
}

/** The numbers, readable without the chart. */
export function KpiTable({ kpis, definition, bucket, by }: Props) {
  const { series, timeZone } = kpis;
  const [first] = series;
  if (!first) return null;
  const overTime = first.points.map(({ start, statistics }) => ({
    key: start,
    name: bucketName(start, timeZone, bucket),
    statistics,
  }));
  const grouped = inOrder(series).map((one) => ({
    key: one.group.map(({ value }) => value).join('/'),
    name: groupName(one),
    statistics: one.total,
  }));
  const rows: Row[] = by === '' ? overTime.toReversed() : grouped;
  const withPercentiles = hasPercentiles(first.total, definition);
  const head = by === '' ? { day: 'Day', week: 'Week from', month: 'Month' }[bucket] : dimensionName(by);
  return (
    <Box
      mah={420}
      style={{ overflow: 'auto' }}
      role="region"
      aria-label={`${definition.title} in numbers`}
      // What scrolls has to be reached by the keyboard.
      tabIndex={0}
    >
      <Table stickyHeader verticalSpacing="xs" horizontalSpacing="xs" style={{ fontVariantNumeric: 'tabular-nums' }}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">{head}</Table.Th>
            <NumberCell head>n</NumberCell>
            {withPercentiles && (
              <>
                <NumberCell head>Median</NumberCell>
                <NumberCell head>p90</NumberCell>
                <NumberCell head>p95</NumberCell>
              </>
            )}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {by === '' && <NumbersRow name="All" statistics={first.total} {...{ withPercentiles, definition }} />}
          {rows.map(({ key, name, statistics }) => (
            <NumbersRow key={key} name={name} {...{ statistics, withPercentiles, definition }} />
          ))}
        </Table.Tbody>
      </Table>
    </Box>
  );
}

interface NumbersProps {
  name: string;
  statistics: KpiStatistics;
  withPercentiles: boolean;
  definition: KpiDefinition;
}

function NumbersRow({
  name,
  statistics: { n, median, p90, p95 },
  withPercentiles,
  definition: { unit },
}: NumbersProps) {
  return (
    <Table.Tr>
      <Table.Th scope="row" fw={name === 'All' ? 700 : 500} style={{ whiteSpace: 'nowrap' }}>
        {name}
      </Table.Th>
      <NumberCell>{count(n)}</NumberCell>
      {withPercentiles && (
        <>
          <NumberCell>{figure(unit, median)}</NumberCell>
          <NumberCell>{figure(unit, p90)}</NumberCell>
          <NumberCell>{figure(unit, p95)}</NumberCell>
        </>
      )}
    </Table.Tr>
  );
}

function NumberCell({ head = false, children }: { head?: boolean; children: string }) {
  const style = { textAlign: 'right', whiteSpace: 'nowrap' } as const;
  return head ? (
    <Table.Th scope="col" style={style}>
      {children}
    </Table.Th>
  ) : (
    <Table.Td style={style}>{children}</Table.Td>
  );
}
