import { Anchor, Card, Code, Group, Select, Skeleton, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense } from 'react';
import { get } from '../api/client.ts';
import type { KpiDefinition, Kpis } from '../api/kpis.ts';
import { Refusal } from '../shell/refusal.tsx';
import { KpiTable } from './kpi-table.tsx';
import { filtersOf, type KpiView, kpisPath, RANGES } from './kpi-view.ts';
import { definitionParts, dimensionName } from './kpi-words.ts';

const KpiChart = lazy(() => import('./kpi-chart.tsx').then((one) => ({ default: one.KpiChart })));

const CHART_HEIGHT = 280;

interface Props {
  view: KpiView;
  change(wish: Partial<KpiView>): void;
  from: string;
  definitions: KpiDefinition[];
}

/** One KPI: over time or by a dimension, drawn and in numbers, with what exactly is measured. */
export function KpiDetail({ view, change, from, definitions }: Props) {
  const definition = definitions.find(({ id }) => id === view.kpi) ?? definitions[0];
  const by = definition?.dimensions.includes(view.by) ? view.by : '';
  const { bucket } = RANGES[view.range];
  const query = {
    kpis: definition?.id ?? '',
    from,
    ...(by === '' ? { bucket } : { groupBy: by }),
    ...filtersOf(view),
  };
  const kpis = useQuery({
    queryKey: ['kpis', query],
    queryFn: () => get<Kpis>(kpisPath(query)),
    enabled: definition !== undefined,
    refetchInterval: 60_000,
  });
  if (!definition) return null;
  return (
    <Card withBorder component="section" aria-label={definition.title}>
      <Stack gap="md">
        <Group justify="space-between" align="flex-end">
          <Title order={2} size="h3">
            {definition.title}
          </Title>
          <Group gap="sm" w={{ base: '100%', xs: 'auto' }} grow wrap="nowrap">
            <Select
              label="Number"
              allowDeselect={false}
              data={definitions.map(({ id, title }) => ({ value: id, label: title }))}
              value={definition.id}
              onChange={(kpi) => kpi && change({ kpi })}
              maxDropdownHeight={320}
            />
            <Select
              label="Shown"
              allowDeselect={false}
              data={[
                { value: '', label: 'Over time' },
                ...definition.dimensions.map((one) => ({
                  value: one,
                  label: `By ${dimensionName(one).toLowerCase()}`,
                })),
              ]}
              value={by}
              onChange={(next) => change({ by: next ?? '' })}
            />
          </Group>
        </Group>
        <Definition definition={definition} />
        {kpis.isError && <Refusal error={kpis.error} again={() => void kpis.refetch()} />}
        {kpis.isPending && <Skeleton h={CHART_HEIGHT} radius="md" aria-label="Loading the numbers" />}
        {kpis.data && (
          <>
            <Suspense fallback={<Skeleton h={CHART_HEIGHT} radius="md" aria-label="Loading the chart" />}>
              <KpiChart kpis={kpis.data} definition={definition} bucket={bucket} by={by} height={CHART_HEIGHT} />
            </Suspense>
            <KpiTable kpis={kpis.data} definition={definition} bucket={bucket} by={by} />
          </>
        )}
      </Stack>
    </Card>
  );
}

function Definition({ definition: { starts, ends, source, link } }: { definition: KpiDefinition }) {
  return (
    <Text size="sm" c="dimmed">
      {ends === null ? 'Counts ' : 'From '}
      <Words text={starts} />
      {ends !== null && (
        <>
          {' to '}
          <Words text={ends} />
        </>
      )}
      {'. '}
      {link === null ? (
        `${source}.`
      ) : (
        <Anchor href={link} size="sm" target="_blank" rel="noreferrer" underline="always">
          {source}
        </Anchor>
      )}
    </Text>
  );
}

function Words({ text }: { text: string }) {
  return definitionParts(text).map((part) =>
    part.isEntry ? <Code key={part.key}>{part.text}</Code> : <span key={part.key}>{part.text}</span>,
  );
}
