import { Badge, Card, Group, Stack, Text, Title } from '@mantine/core';
import type { Ladder, LadderEscalation, LadderStep } from '../api/ladder.ts';
import { gapWords } from '../roster/target-words.ts';
import { type TargetName, useNamesBeside } from '../roster/use-list.ts';
import { phrase } from '../words/phrases.ts';
import { clock, duration } from '../words/time.ts';
import { useNow } from '../words/use-now.ts';
import { NotificationLine } from './notification-line.tsx';
import { PersonRow } from './person-row.tsx';
import { stepName } from './sentence.ts';

/** The whole ladder: layer by layer, person by person, channel by channel, the newest first. */
export function LadderView({ ladder, nameOf: personName }: { ladder: Ladder; nameOf: (id: string) => string }) {
  const nameOf = useNamesBeside(personName);
  const told = ladder.escalations.filter((one) => one.steps.length > 0);
  if (told.length === 0) return <Text c="dimmed">Nobody has been told yet.</Text>;
  return (
    <Stack gap="xl">
      {told.map((escalation) => (
        <EscalationSection key={escalation.id} escalation={escalation} nameOf={nameOf} />
      ))}
    </Stack>
  );
}

function EscalationSection({ escalation, nameOf }: { escalation: LadderEscalation; nameOf: TargetName }) {
  const { purpose, steps, news } = escalation;
  return (
    <section aria-label={`Who was told: ${purpose}`}>
      {purpose !== 'response' && (
        <Title order={2} size="h4" mb="sm">
          {purpose}
        </Title>
      )}
      <Stack gap="md">
        {news.length > 0 && (
          <Card withBorder padding="md" component="section" aria-label="Told afterwards">
            <Text fw={600} mb="xs">
              Told afterwards
            </Text>
            <Stack gap={4}>
              {news.map((one) => (
                <NotificationLine key={one.id} notification={one} who={nameOf('person', one.personId)} />
              ))}
            </Stack>
          </Card>
        )}
        {steps.toReversed().map((step) => (
          <StepCard key={`${step.round}/${step.layer}`} step={step} nameOf={nameOf} />
        ))}
      </Stack>
    </section>
  );
}

function StepCard({ step, nameOf }: { step: LadderStep; nameOf: TargetName }) {
  const now = useNow();
  const { people, skipped, gaps, beganAt } = step;
  return (
    <Card withBorder padding="md" component="section" aria-label={stepName(step)}>
      <Group justify="space-between" mb="sm" gap="xs">
        <Group gap="xs">
          <Text fw={700}>{stepName(step)}</Text>
          <Text size="sm" c="dimmed">
            from {clock(beganAt, now)}
          </Text>
        </Group>
        <StepEnd step={step} now={now} />
      </Group>
      <Stack gap="md">
        {people.map((person) => (
          <PersonRow key={person.personId} person={person} nameOf={nameOf} />
        ))}
        {people.length === 0 && <Text c="dimmed">Passed over: {phrase(step.reason)}.</Text>}
        {skipped.map((one) => (
          <Text key={one.personId} size="sm" c="dimmed">
            {nameOf('person', one.personId)} is not paged: {phrase(one.reason)}.
          </Text>
        ))}
        {gaps.map((gap) => (
          <Text key={gap} size="sm" c="red" fw={600}>
            {gapWords(gap, nameOf)}
          </Text>
        ))}
      </Stack>
    </Card>
  );
}

function StepEnd({ step, now }: { step: LadderStep; now: number }) {
  if (step.endedAt !== null) {
    return (
      <Text size="sm" c="dimmed">
        ended {clock(step.endedAt, now)}: {phrase(step.ended)}
      </Text>
    );
  }
  const left = step.until === null ? null : Date.parse(step.until) - now;
  return (
    <Badge color="red" variant="light" style={{ fontVariantNumeric: 'tabular-nums' }}>
      {left === null ? 'now' : left > 0 ? `next in ${duration(left)}` : 'next is due'}
    </Badge>
  );
}
