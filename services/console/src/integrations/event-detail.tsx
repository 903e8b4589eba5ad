import { Anchor, Button, Group, List, Modal, Skeleton, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, useRoute } from 'wouter';
import { get } from '../api/client.ts';
import type { AlertDetail } from '../api/integrations.ts';
import { Copyable } from '../shell/copyable.tsx';
import { Refusal } from '../shell/refusal.tsx';
import { SeverityBadge } from '../words/severity-badge.tsx';
import { wholeClock } from '../words/time.ts';
import { decisionWords, readingWords } from './decision-words.ts';

/** One event: what was read, what was decided, and the bytes as they came. */
export function EventDetail({ alertId, close }: { alertId: string; close(): void }) {
  const alert = useQuery({
    queryKey: ['alert', alertId],
    queryFn: () => get<AlertDetail>(`/alerts/${encodeURIComponent(alertId)}`),
  });
  return (
    <Modal opened onClose={close} title="Event" size="lg" closeButtonProps={{ 'aria-label': 'Close' }}>
      {alert.isPending && <Skeleton h={240} aria-label="Loading the event" />}
      {alert.isError && <Refusal error={alert.error} again={() => void alert.refetch()} />}
      {alert.data && <Detail alert={alert.data} />}
    </Modal>
  );
}

function Detail({ alert }: { alert: AlertDetail }) {
  const [isInIncident] = useRoute('/incidents/:number');
  const { title, severity, receivedAt, entities, link, decision, envelope } = alert;
  const { word, why } = decisionWords(alert);
  const reading = readingWords(alert);
  return (
    <Stack gap="md">
      <div>
        <Text fw={600} size="lg" style={{ overflowWrap: 'anywhere' }}>
          {title === '' ? 'Without words' : title}
        </Text>
        <Group gap="xs" mt={4}>
          <SeverityBadge severity={severity} size="sm" />
          <Text size="sm" c="dimmed">
            {[wholeClock(receivedAt), ...entities].join(' · ')}
          </Text>
        </Group>
        {link !== '' && (
          <Anchor href={link} target="_blank" rel="noreferrer" size="sm" style={{ overflowWrap: 'anywhere' }}>
            {link}
          </Anchor>
        )}
      </div>
      <Group justify="space-between">
        <Text>
          <Text span fw={600}>
            {word}
          </Text>
          {why !== '' && `: ${why}.`}
        </Text>
        {decision?.incidentId && !isInIncident && (
          <Button component={Link} href={`/incidents/${decision.incidentId}`} variant="light">
            Open the incident
          </Button>
        )}
      </Group>
      {reading.length > 0 && (
        <List size="sm">
          {reading.map((one) => (
            <List.Item key={one}>{one}</List.Item>
          ))}
        </List>
      )}
      <div>
        <Text fw={600} size="sm" mb={4}>
          As it came
        </Text>
        {envelope ? (
          <>
            <Copyable text={readable(envelope)} what="the bytes" />
            <Text size="sm" c="dimmed" mt={4}>
              {[
                `${envelope.bodyBytes} bytes`,
                envelope.headers['content-type'],
                envelope.encoding === 'base64' && 'no text, shown as base64',
                envelope.truncated && 'the first part of them',
              ]
                .filter(Boolean)
                .join(', ')}
            </Text>
          </>
        ) : (
          <Text c="dimmed">The bytes are kept no longer.</Text>
        )}
      </div>
    </Stack>
  );
}

/** JSON on one line is hard to read at night. */
function readable({ encoding, body }: NonNullable<AlertDetail['envelope']>): string {
  if (encoding === 'base64') return body;
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    return body;
  }
}
