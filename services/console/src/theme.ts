import { type CSSVariablesResolver, createTheme, darken, type MantineColorsTuple } from '@mantine/core';
import type { Severity } from './api/types.ts';

const ember: MantineColorsTuple = [
  '#fff2eb',
  '#fde3d6',
  '#f8c5ab',
  '#f3a47d',
  '#ef8857',
  '#ec763e',
  '#c2410c',
  '#b03a09',
  '#9a3207',
  '#7c2804',
];

export const theme = createTheme({
  primaryColor: 'ember',
  primaryShade: { light: 6, dark: 6 },
  colors: { ember },
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif',
  fontFamilyMonospace: 'ui-monospace, SFMono-Regular, Menlo, Consolas, monospace',
  defaultRadius: 'md',
  // Whoever reads this was asleep a minute ago.
  fontSizes: { xs: '0.8125rem', sm: '0.9375rem', md: '1rem', lg: '1.125rem', xl: '1.375rem' },
  cursorType: 'pointer',
  respectReducedMotion: true,
  // A cross is no name for who hears the screen.
  components: {
    // The first item has the focus, as the pattern of a menu wants it, and nothing that is no item.
    Menu: { defaultProps: { withInitialFocusPlaceholder: false } },
    Modal: { defaultProps: { closeButtonProps: { 'aria-label': 'Close' } } },
    Notification: {
      defaultProps: { closeButtonProps: { 'aria-label': 'Close' } },
      styles: { description: { color: 'var(--mantine-color-dimmed)' } },
    },
  },
});

const GREEN = '#237a35';

/** A severity is never told by colour alone: its word stands beside it. */
export const severityColour: Record<Severity, string> = {
  critical: 'red',
  high: 'orange',
  medium: 'yellow',
  low: 'blue',
  info: 'gray',
};

/** Quiet and coloured text is read too, on a bright screen at night: the library's own is too faint for that (WCAG 2.2, 1.4.3). */
export const cssVariables: CSSVariablesResolver = ({ colors }) => {
  const words = Object.values(severityColour).map((name) => [
    `--mantine-color-${name}-light-color`,
    darken(colors[name]![9], 0.3),
  ]);
  // White words stand on these.
  const filled = {
    '--mantine-color-red-filled': colors.red[9],
    '--mantine-color-red-filled-hover': darken(colors.red[9], 0.15),
    '--mantine-color-green-filled': GREEN,
    '--mantine-color-green-filled-hover': darken(GREEN, 0.15),
  };
  return {
    variables: {},
    light: {
      ...filled,
      '--tocsin-focus': ember[6],
      '--mantine-color-dimmed': colors.gray[7],
      '--mantine-color-error': colors.red[9],
      '--mantine-color-red-text': colors.red[9],
      '--mantine-color-orange-text': '#b83a06',
      '--mantine-color-green-text': GREEN,
      '--mantine-color-blue-text': colors.blue[9],
      '--mantine-color-placeholder': colors.gray[6],
      '--mantine-color-gray-outline': colors.gray[7],
      ...Object.fromEntries(words),
    },
    dark: {
      ...filled,
      '--tocsin-focus': ember[3],
      '--mantine-color-dimmed': colors.dark[1],
      '--mantine-color-placeholder': colors.dark[2],
      '--mantine-color-error': colors.red[4],
    },
  };
};
