import { ActionIcon, Button, Card, Group, NumberInput, Select, Stack, Text, Title } from '@mantine/core';
import { IconTrash } from '@tabler/icons-react';
import type { ContactMethod, NotificationRule, Person } from '../api/roster.ts';
import type { Draft } from '../roster/use-draft.ts';
import { span } from '../words/time.ts';

const TITLES = {
  high: { title: 'When it is urgent', words: 'Critical and high severity.' },
  low: { title: 'When it can wait', words: 'Medium severity and less.' },
};
const CHANNELS: Record<string, string> = { sms: 'SMS', voice: 'Call', push: 'Push', chat: 'Chat', email: 'Mail' };

interface Props {
  urgency: 'high' | 'low';
  draft: Draft<Person>;
  mayEdit: boolean;
}

/** How somebody wants to be reached: by what, how long after the page begins, how often. */
export function NotificationRules({ urgency, draft, mayEdit }: Props) {
  const { rules, contactMethods } = draft.draft;
  const all = rules[urgency];
  const { title, words } = TITLES[urgency];
  const set = (next: NotificationRule[]) => draft.change({ rules: { ...rules, [urgency]: next } });
  const fresh = { contactMethodId: contactMethods[0]?.id ?? '', delayMs: 0, repeats: 0, repeatEveryMs: 60_000 };
  return (
    <section aria-label={title}>
      <Title order={2} size="h4">
        {title}
      </Title>
      <Text size="sm" c="dimmed" mb="sm">
        {words}
        {all.length === 0 && ' Without rules: in every way there is, at once.'}
      </Text>
      <Stack gap="sm">
        {all.map((rule, at) => (
          <Card key={at} withBorder padding="sm" role="group" aria-label={`Rule ${at + 1}`}>
            {mayEdit ? (
              <RuleFields
                rule={rule}
                methods={contactMethods}
                error={(field) => draft.errorAt(`rules.${urgency}[${at}].${field}`)}
                onChange={(next) => set(all.with(at, next))}
                onRemove={() => set(all.toSpliced(at, 1))}
              />
            ) : (
              <Text size="sm">{sentence(rule, contactMethods)}</Text>
            )}
          </Card>
        ))}
        {mayEdit && contactMethods.length > 0 && (
          <Button variant="default" onClick={() => set([...all, fresh])} style={{ alignSelf: 'flex-start' }}>
            Add a rule
          </Button>
        )}
      </Stack>
    </section>
  );
}

interface FieldsProps {
  rule: NotificationRule;
  methods: ContactMethod[];
  error: (field: string) => string | undefined;
  onChange: (rule: NotificationRule) => void;
  onRemove: () => void;
}

function RuleFields({ rule, methods, error, onChange, onRemove }: FieldsProps) {
  const { contactMethodId, delayMs, repeats, repeatEveryMs } = rule;
  const seconds = (value: string | number) => Math.round(Number(value) * 1_000);
  return (
    <Group gap="sm" align="flex-end" wrap="wrap">
      <Select
        label="By"
        data={methods.map((one) => ({ value: one.id, label: nameOf(one) }))}
        allowDeselect={false}
        value={contactMethodId}
        error={error('contactMethodId')}
        onChange={(value) => onChange({ ...rule, contactMethodId: value ?? contactMethodId })}
        style={{ flex: '1 1 11rem' }}
      />
      <NumberInput
        label="After"
        suffix=" s"
        min={0}
        w={100}
        value={delayMs / 1_000}
        error={error('delayMs')}
        onChange={(value) => onChange({ ...rule, delayMs: seconds(value) })}
      />
      <NumberInput
        label="Repeats"
        min={0}
        max={100}
        allowDecimal={false}
        w={90}
        value={repeats}
        error={error('repeats')}
        onChange={(value) => onChange({ ...rule, repeats: Number(value) })}
      />
      <NumberInput
        label="Every"
        suffix=" s"
        min={1}
        w={100}
        disabled={repeats === 0}
        value={repeatEveryMs / 1_000}
        error={error('repeatEveryMs')}
        onChange={(value) => onChange({ ...rule, repeatEveryMs: seconds(value) })}
      />
      <ActionIcon variant="subtle" color="red" size="lg" aria-label="Remove this rule" onClick={onRemove}>
        <IconTrash size={18} />
      </ActionIcon>
    </Group>
  );
}

/** "SMS ••••11": an address that is being written stands for itself. */
function nameOf({ channel, name, address, maskedAddress }: ContactMethod): string {
  return `${CHANNELS[channel] ?? channel} ${name || address || maskedAddress || ''}`.trim();
}

function sentence(
  { contactMethodId, delayMs, repeats, repeatEveryMs }: NotificationRule,
  methods: ContactMethod[],
): string {
  const method = methods.find((one) => one.id === contactMethodId);
  const when = delayMs === 0 ? 'at once' : `after ${span(delayMs)}`;
  const again = repeats === 0 ? '' : `, and ${repeats} more, every ${span(repeatEveryMs)}`;
  return `${method ? nameOf(method) : contactMethodId} ${when}${again}`;
}
