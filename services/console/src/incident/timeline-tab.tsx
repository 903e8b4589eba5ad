import { Skeleton, Text, Timeline } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { get } from '../api/client.ts';
import type { IncidentDetail, LogEntry, Page } from '../api/types.ts';
import { Refusal } from '../shell/refusal.tsx';
import { clock, wholeClock } from '../words/time.ts';
import { useNow } from '../words/use-now.ts';
import { entrySentence } from './entry-sentence.ts';

/** Everything that was decided, in order, the newest first: each with its reason. */
export function TimelineTab({ incident, nameOf }: { incident: IncidentDetail; nameOf: (id: string) => string }) {
  const now = useNow();
  const log = useQuery({
    queryKey: ['incident', incident.number, 'log', incident.logHead],
    queryFn: () => get<Page<LogEntry>>(`/incidents/${incident.number}/log?limit=200`),
    placeholderData: (before) => before,
  });
  if (log.isPending) return <Skeleton h={240} radius="md" aria-label="Loading the timeline" />;
  if (log.isError) return <Refusal error={log.error} again={() => void log.refetch()} />;
  return (
    <Timeline bulletSize={14} lineWidth={2}>
      {log.data.items.map((entry) => (
        <Timeline.Item key={entry.position}>
          <Text size="sm">{entrySentence(entry, nameOf)}</Text>
          <Text size="sm" c="dimmed" title={wholeClock(entry.at)} style={{ fontVariantNumeric: 'tabular-nums' }}>
            {clock(entry.at, now)} · {entry.position}
          </Text>
        </Timeline.Item>
      ))}
    </Timeline>
  );
}
