import { Alert, Button, Card, Group, Stack, Text, Title } from '@mantine/core';
import { type DeviceState, useDevice } from './use-device.ts';

const WORDS: Record<DeviceState['kind'], string> = {
  on: 'Pages come up here, with Accept and Reject, also while Tocsin is closed.',
  off: 'Pages do not come up here.',
  gone: 'Pages came up here, and do not any more: the browser ended it. Turn it on again.',
  blocked:
    'This browser does not let Tocsin show notifications. Allow them in the site’s settings (left of the address), then load this page again.',
  'home-screen':
    'On an iPhone or iPad, pages come up only where Tocsin is on the home screen: tap Share, “Add to Home Screen”, and open it there.',
  unsupported: 'This browser cannot be paged: it has no push, or is in private mode.',
  'not-set-up': 'Push is not set up on this server. An operator can: see “notifier-push” in the documentation.',
};

interface Props {
  /** Something is written and not saved: turning it on or off would drop that. */
  isChanged: boolean;
  /** After the person's contact methods changed. */
  onChanged: () => void;
}

/** Whether the browser that one looks at gets one's pages. */
export function ThisDevice({ isChanged, onChanged }: Props) {
  const { state, error, enable, disable } = useDevice();
  if (!state && !error) return null;
  const isOn = state?.kind === 'on';
  const mayTurn = state && ['on', 'off', 'gone'].includes(state.kind);
  const turn = isOn ? disable : enable;
  return (
    <section aria-label="Pages on this device">
      <Title order={2} size="h4" mb="sm">
        Pages on this device
      </Title>
      <Card withBorder padding="sm">
        <Stack gap="sm">
          {state && (
            <Group justify="space-between" gap="sm">
              <Text
                size="sm"
                style={{ flex: '1 1 16rem' }}
                {...(state.kind === 'gone' ? { c: 'red' } : {})}
                role="status"
              >
                {WORDS[state.kind]}
              </Text>
              {mayTurn && (
                <Button
                  variant={isOn ? 'default' : 'filled'}
                  loading={turn.isPending}
                  disabled={isChanged}
                  onClick={() => turn.mutate(undefined, { onSuccess: onChanged })}
                >
                  {isOn ? 'Turn off' : 'Turn on'}
                </Button>
              )}
            </Group>
          )}
          {mayTurn && isChanged && (
            <Text size="sm" c="dimmed">
              Save what you changed below first.
            </Text>
          )}
          {error && (
            <Alert color="red" variant="light" title="This did not work" role="alert">
              {error.message}
            </Alert>
          )}
        </Stack>
      </Card>
    </section>
  );
}
