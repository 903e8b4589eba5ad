import {
  Anchor,
  AppShell,
  Badge,
  Container,
  Group,
  Menu,
  Text,
  UnstyledButton,
  useMantineColorScheme,
} from '@mantine/core';
import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { remove } from '../api/client.ts';
import type { Me } from '../api/types.ts';
import { DeviceNotice } from '../device/device-notice.tsx';
import { type LiveState, useLive } from '../live/use-live.ts';
import { isAdmin } from '../words/is-admin.ts';
import { Navigation } from './navigation.tsx';
import { CONTENT, SkipLink } from './skip-link.tsx';
import { useNewScreen } from './use-new-screen.ts';

const LIVE: Record<LiveState, { colour: string; words: string }> = {
  connecting: { colour: 'gray', words: 'Connecting' },
  live: { colour: 'teal', words: 'Live' },
  away: { colour: 'red', words: 'Not live: trying again' },
};

/** What stands around every screen: where one is, whether what is shown is live, and who one is. */
export function Shell({ me, children }: { me: Me; children: ReactNode }) {
  const live = LIVE[useLive()];
  const content = useNewScreen();
  return (
    <AppShell header={{ height: 56 }} padding={0}>
      <SkipLink />
      <AppShell.Header>
        <Container size="lg" h="100%">
          <Group h="100%" justify="space-between" wrap="nowrap">
            <Group gap="lg" wrap="nowrap">
              <Anchor component={Link} href="/" underline="never" c="var(--mantine-color-text)" fw={800} fz="lg">
                <Group gap={8} wrap="nowrap">
                  <img src="/icon.svg" width={28} height={28} alt="" />
                  Tocsin
                </Group>
              </Anchor>
              <Navigation />
            </Group>
            <Group gap="sm" wrap="nowrap">
              <Badge color={live.colour} variant="dot" role="status">
                {live.words}
              </Badge>
              <UserMenu me={me} />
            </Group>
          </Group>
        </Container>
      </AppShell.Header>
      <AppShell.Main id={CONTENT} ref={content} tabIndex={-1} style={{ outline: 'none' }}>
        <Container size="lg" py="md">
          <DeviceNotice me={me} />
          {children}
        </Container>
      </AppShell.Main>
    </AppShell>
  );
}

function UserMenu({ me }: { me: Me }) {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const signOut = async () => {
    await remove('/me/session').catch(() => undefined);
    window.location.assign('/');
  };
  return (
    <Menu position="bottom-end" width={220}>
      <Menu.Target>
        <UnstyledButton aria-label={`You are ${me.name}`} py={8}>
          <Text size="sm" fw={600} truncate maw={140}>
            {me.name}
          </Text>
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          {me.organisationName}, {me.role}
        </Menu.Label>
        <Menu.Item onClick={() => setColorScheme(colorScheme === 'dark' ? 'light' : 'dark')}>
          {colorScheme === 'dark' ? 'Light screen' : 'Dark screen'}
        </Menu.Item>
        {me.role !== 'observer' && (
          <Menu.Item component={Link} href="/keys">
            API keys
          </Menu.Item>
        )}
        {isAdmin(me) && (
          <Menu.Item component={Link} href="/webhooks">
            Webhooks
          </Menu.Item>
        )}
        <Menu.Item component="a" href="/api/docs">
          API reference
        </Menu.Item>
        <Menu.Divider />
        <Menu.Item onClick={() => void signOut()}>Sign out</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
