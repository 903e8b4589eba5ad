import { Alert, Anchor, Badge, Group, Skeleton, Stack, Tabs, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import { get } from '../api/client.ts';
import type { IncidentDetail, Me } from '../api/types.ts';
import { Refusal } from '../shell/refusal.tsx';
import { ScreenTitle } from '../shell/screen-title.tsx';
import { SeverityBadge } from '../words/severity-badge.tsx';
import { clock, duration, wholeClock } from '../words/time.ts';
import { useNow } from '../words/use-now.ts';
import { AlertsTab } from './alerts-tab.tsx';
import { AnswerBar } from './answer-bar.tsx';
import { LadderView } from './ladder-view.tsx';
import { NotesTab } from './notes-tab.tsx';
import { sentence } from './sentence.ts';
import { TimelineTab } from './timeline-tab.tsx';

/** One incident on one screen: what is true now in a sentence, who was told and how, and what one can do about it. */
export function IncidentPage({ number, me }: { number: string; me: Me }) {
  const incident = useQuery({
    queryKey: ['incident', number],
    queryFn: () => get<IncidentDetail>(`/incidents/${encodeURIComponent(number)}`),
  });
  if (incident.isPending) return <Skeleton h={320} radius="md" aria-label={`Loading ${number}`} />;
  if (incident.isError) return <Refusal error={incident.error} again={() => void incident.refetch()} />;
  const detail = incident.data;
  const nameOf = (id: string) => detail.names[id] ?? id;
  return (
    <Stack gap="md" pb={{ base: 96, sm: 0 }}>
      <Head incident={detail} nameOf={nameOf} />
      <AnswerBar incident={detail} me={me} />
      <Tabs defaultValue="ladder" keepMounted={false} classNames={{ tab: 'near-on-a-phone' }}>
        <Tabs.List>
          <Tabs.Tab value="ladder">Who was told</Tabs.Tab>
          <Tabs.Tab value="timeline">Timeline</Tabs.Tab>
          <Tabs.Tab value="alerts">Alerts ({detail.alerts})</Tabs.Tab>
          <Tabs.Tab value="notes">Notes{detail.notes.length > 0 ? ` (${detail.notes.length})` : ''}</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="ladder" pt="md">
          <LadderView ladder={detail.ladder} nameOf={nameOf} />
        </Tabs.Panel>
        <Tabs.Panel value="timeline" pt="md">
          <TimelineTab incident={detail} nameOf={nameOf} />
        </Tabs.Panel>
        <Tabs.Panel value="alerts" pt="md">
          <AlertsTab incident={detail} />
        </Tabs.Panel>
        <Tabs.Panel value="notes" pt="md">
          <NotesTab incident={detail} me={me} />
        </Tabs.Panel>
      </Tabs>
    </Stack>
  );
}

function Head({ incident, nameOf }: { incident: IncidentDetail; nameOf: (id: string) => string }) {
  const now = useNow();
  const { number, title, severity, team, openedAt, closedAt, drill, firing, members, alerts, ladder, previous } =
    incident;
  const words = title === '' ? 'An alert without words' : title;
  const lasted = (closedAt === null ? now : Date.parse(closedAt)) - Date.parse(openedAt);
  const facts = [
    team?.name,
    `opened ${clock(openedAt, now)}`,
    `${closedAt === null ? 'open for' : 'lasted'} ${duration(lasted)}`,
    members > 1 ? `${firing} of ${members} members firing` : '',
    alerts > 1 ? `${alerts} alerts` : '',
  ];
  return (
    <header>
      <Group gap="xs" mb={6}>
        <SeverityBadge severity={severity} size="lg" />
        {drill && (
          <Badge variant="outline" size="lg">
            drill
          </Badge>
        )}
        <Text fw={600}>{number}</Text>
      </Group>
      <ScreenTitle short={`${number} ${words}`}>{words}</ScreenTitle>
      <Text c="dimmed" size="sm" mt={4} title={wholeClock(openedAt)}>
        {facts.filter(Boolean).join(' · ')}
        {previous !== null && (
          <>
            {' · '}
            <Anchor component={Link} href={`/incidents/${previous.id}`} size="sm" underline="always">
              happened before
            </Anchor>
          </>
        )}
      </Text>
      <Alert color={COLOURS[ladder.head.saying]} variant="light" mt="md" role="status">
        <Text fw={600} size="lg">
          {sentence(ladder, nameOf, now)}
        </Text>
      </Alert>
    </header>
  );
}

const COLOURS = { waiting: 'red', paging: 'red', 'has-it': 'green', snoozed: 'yellow', closed: 'gray' } as const;
