import { Badge, Group, Stack, Text, Timeline } from '@mantine/core';
import type { DryRun } from '../api/roster.ts';
import { ChannelName } from '../incident/channel-name.tsx';
import { becauseWords, gapWords } from '../roster/target-words.ts';
import { useNames } from '../roster/use-list.ts';
import { phrase } from '../words/phrases.ts';
import { clock, stopwatch } from '../words/time.ts';
import { useNow } from '../words/use-now.ts';
import { byContactMethod, type DryStep, stepsOf } from './dry-run-view.ts';

/** Step by step, person by person, channel by channel, with the time since the incident opened. */
export function DryRunSteps({ run }: { run: DryRun }) {
  const steps = stepsOf(run);
  return (
    <>
      <Timeline active={-1} bulletSize={14} lineWidth={2}>
        {steps.map((step) => (
          <Timeline.Item key={step.key} title={<StepTitle step={step} run={run} />}>
            <StepBody step={step} run={run} />
          </Timeline.Item>
        ))}
      </Timeline>
      <Text size="sm" c="dimmed">
        {run.truncated
          ? 'It goes on: the rest is not shown.'
          : 'Then the catch-all again and again, until somebody answers.'}
      </Text>
    </>
  );
}

function StepTitle({ step, run }: { step: DryStep; run: DryRun }) {
  const now = useNow();
  const at = new Date(Date.parse(run.at) + step.afterMs).toISOString();
  return (
    <Group gap="xs">
      <Text fw={700} style={{ fontVariantNumeric: 'tabular-nums' }}>
        {after(step.afterMs)}
      </Text>
      <Text fw={600}>{step.catchAll ? 'Catch-all' : `Layer ${step.layer}`}</Text>
      {step.round > 1 && !step.catchAll && <Badge variant="light">round {step.round}</Badge>}
      <Text size="sm" c="dimmed">
        {clock(at, now)}
      </Text>
    </Group>
  );
}

function StepBody({ step, run }: { step: DryStep; run: DryRun }) {
  const nameOf = useNames();
  const person = (id: string) => run.names[id] ?? nameOf('person', id);
  return (
    <Stack gap={6} mt={4}>
      {step.people.map(({ personId, because, pages }) => (
        <div key={personId}>
          <Text size="sm" fw={600}>
            {person(personId)}{' '}
            <Text span size="sm" c="dimmed" fw={400}>
              {becauseWords(because, nameOf)}
            </Text>
          </Text>
          {byContactMethod(pages).map(([first, ...others]) => (
            <Group key={first.contactMethodId} gap="xs" wrap="nowrap" align="flex-start">
              <ChannelName channel={first.channel} />
              <Text size="sm" style={{ fontVariantNumeric: 'tabular-nums' }}>
                {[first, ...others].map((one) => after(one.afterMs)).join(', ')}
              </Text>
            </Group>
          ))}
        </div>
      ))}
      {step.skipped.map((one) => (
        <Text key={one.personId} size="sm" c="orange" fw={600}>
          {person(one.personId)} is skipped: {phrase(one.reason)}.
        </Text>
      ))}
      {step.gaps.map((gap) => (
        <Text key={gap} size="sm" c="red" fw={600}>
          {gapWords(gap, nameOf)}
        </Text>
      ))}
      {step.empty !== null && <Text size="sm">Passed over at once: {phrase(step.empty)}.</Text>}
    </Stack>
  );
}

function after(ms: number): string {
  return ms === 0 ? 'At once' : `+${stopwatch(ms)}`;
}
