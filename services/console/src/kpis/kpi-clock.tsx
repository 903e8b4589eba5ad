import { Button, Chip, Group, Input, Modal, Select, Skeleton, Stack, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { get, set } from '../api/client.ts';
import type { KpiClock } from '../api/kpis.ts';
import { Refusal } from '../shell/refusal.tsx';

const ZONES = [...new Set(['UTC', ...Intl.supportedValuesOf('timeZone')])];
const DAYS = { mon: 'Mon', tue: 'Tue', wed: 'Wed', thu: 'Thu', fri: 'Fri', sat: 'Sat', sun: 'Sun' };
const QUARTERS = Array.from({ length: 97 }, (_, i) => {
  const two = (value: number) => String(value).padStart(2, '0');
  return `${two(Math.floor(i / 4))}:${two((i % 4) * 15)}`;
});

/** Sets by which clock the numbers are read; those of the past change with it. */
export function KpiClockDialog({ close }: { close(): void }) {
  const clock = useQuery({ queryKey: ['kpi-clock'], queryFn: () => get<KpiClock>('/kpis/clock'), staleTime: 0 });
  return (
    <Modal opened onClose={close} title="The clock of the KPIs" closeButtonProps={{ 'aria-label': 'Close' }}>
      {clock.isPending && <Skeleton h={320} aria-label="Loading the clock" />}
      {clock.isError && <Refusal error={clock.error} again={() => void clock.refetch()} />}
      {clock.data && <ClockForm known={clock.data} close={close} />}
    </Modal>
  );
}

function ClockForm({ known, close }: { known: KpiClock; close(): void }) {
  const queries = useQueryClient();
  const [clock, setClock] = useState(known);
  const change = (wish: Partial<KpiClock>) => setClock({ ...clock, ...wish });
  const save = useMutation({
    mutationFn: () => set<KpiClock>('/kpis/clock', clock),
    onSuccess: async () => {
      close();
      await queries.invalidateQueries({ queryKey: ['kpis'] });
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate();
  };
  return (
    <form onSubmit={submit}>
      <Stack>
        <Select
          label="Time zone"
          searchable
          allowDeselect={false}
          data={ZONES.includes(known.timeZone) ? ZONES : [known.timeZone, ...ZONES]}
          value={clock.timeZone}
          onChange={(timeZone) => timeZone && change({ timeZone })}
        />
        <Span label="Working hours" value={clock.workingHours} change={(workingHours) => change({ workingHours })} />
        <Input.Wrapper label="Working days">
          <Chip.Group multiple value={clock.workingDays} onChange={(workingDays) => change({ workingDays })}>
            <Group gap={6} mt={4} role="group" aria-label="Working days">
              {Object.entries(DAYS).map(([day, name]) => (
                <Chip key={day} value={day} size="sm">
                  {name}
                </Chip>
              ))}
            </Group>
          </Chip.Group>
        </Input.Wrapper>
        <Span label="Night" value={clock.night} change={(night) => change({ night })} />
        <Text size="sm" c="dimmed">
          Nights are by each person’s own zone. Numbers of the past change with it, too.
        </Text>
        {save.error && (
          <Text c="red" role="alert">
            {save.error.message}
          </Text>
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={close}>
            Cancel
          </Button>
          <Button type="submit" loading={save.isPending} disabled={clock.workingDays.length === 0}>
            Save
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

interface SpanProps {
  label: string;
  value: { from: string; until: string };
  change(value: { from: string; until: string }): void;
}

function Span({ label, value, change }: SpanProps) {
  const time = { searchable: true, allowDeselect: false, data: QUARTERS };
  return (
    <Group grow align="flex-end">
      <Select
        {...time}
        label={`${label} from`}
        value={value.from}
        onChange={(from) => from && change({ ...value, from })}
      />
      <Select
        {...time}
        label="until"
        aria-label={`${label} until`}
        value={value.until}
        onChange={(until) => until && change({ ...value, until })}
      />
    </Group>
  );
}
