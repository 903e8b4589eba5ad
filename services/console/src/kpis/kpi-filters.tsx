import { Group, SegmentedControl, Select, Switch } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { get } from '../api/client.ts';
import type { Kpis } from '../api/kpis.ts';
import { type KpiView, kpisPath, RANGES, type RangeId } from './kpi-view.ts';
import { groupName } from './kpi-words.ts';

const ALL = { value: '', label: 'All' };
/** Two beside each other on a phone. */
const HALF = { base: 'calc(50% - 8px)', xs: 170 };
const SEVERITIES = ['critical', 'high', 'medium', 'low', 'info'];

interface Props {
  view: KpiView;
  change(wish: Partial<KpiView>): void;
  from: string;
}

/** What narrows all numbers alike. */
export function KpiFilters({ view, change, from }: Props) {
  const query = { from, kpis: 'incidents', groupBy: 'team', ...(view.drills ? { drills: 'only' } : {}) };
  const teams = useQuery({ queryKey: ['kpis', query], queryFn: () => get<Kpis>(kpisPath(query)) });
  const known = (teams.data?.series ?? [])
    .filter(({ group }) => group[0]?.value !== '')
    .map((one) => ({ value: one.group[0]?.value ?? '', label: groupName(one) }));
  // Whose filter stands in the address is offered, whether or not there is anything of it.
  const isKnown = view.team === '' || known.some(({ value }) => value === view.team);
  const offered = isKnown ? known : [...known, { value: view.team, label: view.team }];
  return (
    <Group gap="md" align="flex-end" role="group" aria-label="Which incidents">
      <SegmentedControl
        aria-label="How far back"
        value={view.range}
        onChange={(range) => change({ range: range as RangeId })}
        data={Object.entries(RANGES).map(([value, { words }]) => ({ value, label: words }))}
        w={{ base: '100%', xs: 'auto' }}
      />
      <Select
        label="Severity"
        allowDeselect={false}
        data={[ALL, ...SEVERITIES]}
        value={view.severity}
        onChange={(severity) => change({ severity: severity ?? '' })}
        w={HALF}
      />
      <Select
        label="Team"
        allowDeselect={false}
        data={[ALL, ...offered]}
        value={view.team}
        onChange={(team) => change({ team: team ?? '' })}
        w={HALF}
      />
      <Select
        label="Opened"
        allowDeselect={false}
        data={[
          { value: 'all', label: 'At any hour' },
          { value: 'working', label: 'In working hours' },
          { value: 'out', label: 'Out of hours' },
        ]}
        value={view.hours}
        onChange={(hours) => change({ hours: (hours ?? 'all') as KpiView['hours'] })}
        w={HALF}
      />
      <Switch
        label="Drills alone"
        checked={view.drills}
        onChange={(event) => change({ drills: event.currentTarget.checked })}
        mb={8}
      />
    </Group>
  );
}
