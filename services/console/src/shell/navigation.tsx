import { Anchor, Burger, Group, Menu } from '@mantine/core';
import { useState } from 'react';
import { Link, useLocation } from 'wouter';
import { SCREENS } from './screens.ts';

/** The screens as links; on a phone behind one button. */
export function Navigation() {
  const [location] = useLocation();
  const [opened, setOpened] = useState(false);
  const isHere = (href: string) => (href === '/' ? location === '/' : location.startsWith(href));
  return (
    <nav aria-label="Screens">
      <Group gap="lg" visibleFrom="md" wrap="nowrap">
        {SCREENS.map(({ href, name }) => (
          <Anchor
            key={href}
            component={Link}
            href={href}
            underline="never"
            c={isHere(href) ? 'var(--mantine-color-text)' : 'dimmed'}
            fw={isHere(href) ? 700 : 500}
            py={16}
            style={{ boxShadow: isHere(href) ? 'inset 0 -3px 0 var(--mantine-primary-color-filled)' : undefined }}
            aria-current={isHere(href) ? 'page' : undefined}
          >
            {name}
          </Anchor>
        ))}
      </Group>
      <Menu opened={opened} onChange={setOpened} position="bottom-start" width={220}>
        <Menu.Target>
          <Burger opened={opened} hiddenFrom="md" size="sm" aria-label="Screens" />
        </Menu.Target>
        <Menu.Dropdown>
          {SCREENS.map(({ href, name }) => (
            <Menu.Item
              key={href}
              component={Link}
              href={href}
              fw={isHere(href) ? 700 : 400}
              aria-current={isHere(href) ? 'page' : undefined}
            >
              {name}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
    </nav>
  );
}
