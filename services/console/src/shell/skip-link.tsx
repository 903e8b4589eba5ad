import { Anchor } from '@mantine/core';
import { useState } from 'react';

/** The id of what a screen is about. */
export const CONTENT = 'content';

/** The first stop of the keyboard: past the head, to what the screen is about (WCAG 2.2, 2.4.1). Seen while it has the focus. */
export function SkipLink() {
  const [isHere, setIsHere] = useState(false);
  return (
    <Anchor
      href={`#${CONTENT}`}
      onFocus={() => setIsHere(true)}
      onBlur={() => setIsHere(false)}
      onClick={(event) => {
        // The address stays that of the screen.
        event.preventDefault();
        document.getElementById(CONTENT)?.focus();
      }}
      pos="fixed"
      top={isHere ? 8 : -80}
      left={8}
      px="md"
      py="xs"
      bg="var(--mantine-color-body)"
      bd="1px solid var(--mantine-color-default-border)"
      style={{ zIndex: 300, borderRadius: 'var(--mantine-radius-md)' }}
    >
      Skip to content
    </Anchor>
  );
}
