import { ActionIcon, Box, Code, CopyButton, Tooltip } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';

/** Text in full, with a button that takes it along. */
export function Copyable({ text, what }: { text: string; what: string }) {
  return (
    <Box pos="relative">
      <Code block pr={52} mih={48} style={{ alignContent: 'center', whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
        {text}
      </Code>
      <CopyButton value={text}>
        {({ copied, copy }) => (
          <Tooltip label={copied ? 'Copied' : 'Copy'}>
            <ActionIcon
              variant="default"
              size={36}
              pos="absolute"
              top={6}
              right={6}
              onClick={copy}
              aria-label={copied ? 'Copied' : `Copy ${what}`}
            >
              {copied ? <IconCheck size={18} aria-hidden /> : <IconCopy size={18} aria-hidden />}
            </ActionIcon>
          </Tooltip>
        )}
      </CopyButton>
    </Box>
  );
}
