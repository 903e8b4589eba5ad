import { Title } from '@mantine/core';
import { useEffect } from 'react';

/** What a screen is about: its first heading, and the name of the tab. `short` is what the tab says where there is less room. */
export function ScreenTitle({ children, short = children }: { children: string; short?: string }) {
  useTabName(short);
  return (
    <Title order={1} size="h2" lh={1.25} style={{ overflowWrap: 'anywhere' }}>
      {children}
    </Title>
  );
}

/** Names the tab after the screen: among twenty tabs the one is found, and who hears the screen knows where they are (WCAG 2.2, 2.4.2). */
export function useTabName(name: string): void {
  useEffect(() => {
    document.title = `${name} · Tocsin`;
    return () => {
      document.title = 'Tocsin';
    };
  }, [name]);
}
