import { Button, Group, Skeleton, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'wouter';
import { get } from '../api/client.ts';
import type { Kpis } from '../api/kpis.ts';
import type { Me } from '../api/types.ts';
import { EmptyState } from '../shell/empty-state.tsx';
import { Refusal } from '../shell/refusal.tsx';
import { ScreenTitle } from '../shell/screen-title.tsx';
import { isAdmin } from '../words/is-admin.ts';
import { KpiClockDialog } from './kpi-clock.tsx';
import { KpiDetail } from './kpi-detail.tsx';
import { KpiFilters } from './kpi-filters.tsx';
import { KpiTiles } from './kpi-tiles.tsx';
import { filtersOf, kpisPath, RANGES, useKpiView, useSpan } from './kpi-view.ts';

const AGAIN_MS = 60_000;

/** How well it goes: the numbers of a range beside those of the one before, and one of them in depth. */
export function KpisPage({ me }: { me: Me }) {
  const [isSetting, setIsSetting] = useState(false);
  const [view, change] = useKpiView();
  const { from, before } = useSpan(view.range);
  const filters = filtersOf(view);
  const ask = (query: Record<string, string>) => ({
    queryKey: ['kpis', query],
    queryFn: () => get<Kpis>(kpisPath(query)),
    placeholderData: (last: Kpis | undefined) => last,
    refetchInterval: AGAIN_MS,
  });
  const now = useQuery(ask({ from, ...filters }));
  const earlier = useQuery(ask({ from: before, until: from, ...filters }));
  if (now.isPending) return <Skeleton h={480} radius="md" aria-label="Loading the KPIs" />;
  if (now.isError) return <Refusal error={now.error} again={() => void now.refetch()} />;
  const isEmpty = now.data.series.every(({ total }) => total.n === 0);
  const { words } = RANGES[view.range];
  return (
    <Stack gap="lg">
      <Group justify="space-between" align="flex-end">
        <div>
          <ScreenTitle>KPIs</ScreenTitle>
          <Text c="dimmed" size="sm">
            By the clock of {now.data.timeZone}
            {view.drills ? '; drills alone' : '; without drills'}
          </Text>
        </div>
        <Group gap="sm">
          {isAdmin(me) && (
            <Button variant="default" onClick={() => setIsSetting(true)}>
              Clock
            </Button>
          )}
          <Button
            component="a"
            variant="default"
            href={`/api/v1${kpisPath({ from, bucket: RANGES[view.range].bucket, ...filters, format: 'csv' })}`}
            download
          >
            Download CSV
          </Button>
        </Group>
      </Group>
      {isSetting && <KpiClockDialog close={() => setIsSetting(false)} />}
      <KpiFilters view={view} change={change} from={from} />
      {isEmpty ? (
        <EmptyState title={view.drills ? 'No drills in this time' : 'No incidents in this time'}>
          <Text>
            {Object.keys(filters).length > 0
              ? 'Nothing fits all of what is chosen above.'
              : `Nothing was opened in the last ${words.toLowerCase()}. Numbers come with the first incident.`}
          </Text>
          <Button component={Link} href="/integrations" variant="light">
            Connect a source
          </Button>
        </EmptyState>
      ) : (
        <>
          <KpiTiles now={now.data} before={earlier.data} chosen={view.kpi} choose={(kpi) => change({ kpi, by: '' })} />
          <KpiDetail view={view} change={change} from={from} definitions={now.data.definitions} />
        </>
      )}
    </Stack>
  );
}
