import { ActionIcon, Box, Code, CopyButton, Stack, Table, Tabs, Text, Tooltip } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import type { Integration } from '../api/integrations.ts';
import { FIELDS, snippetsFor } from './snippets.ts';

/** Ready-made ways to send. Without a key, which is told once, its place is kept. */
export function SnippetView({ integration, keyText }: { integration: Integration; keyText?: string }) {
  const snippets = snippetsFor(integration.postTo ?? 'https://<where ingestion is>/v1/in', keyText ?? '<the key>');
  return (
    <Stack gap="sm">
      <Tabs defaultValue="curl" keepMounted={false}>
        <Tabs.List>
          {snippets.map(({ name }) => (
            <Tabs.Tab key={name} value={name}>
              {name}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {snippets.map(({ name, text, hint }) => (
          <Tabs.Panel key={name} value={name} pt="sm">
            <Copyable text={text} what={`the snippet ${name}`} />
            <Text size="sm" c="dimmed" mt={6}>
              {hint}
            </Text>
          </Tabs.Panel>
        ))}
      </Tabs>
      {integration.source === 'generic' && <Fields />}
    </Stack>
  );
}

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

function Fields() {
  return (
    <details>
      <summary style={{ cursor: 'pointer' }}>Fields that are read</summary>
      <Table mt="xs" verticalSpacing={6}>
        <Table.Tbody>
          {FIELDS.map(({ names, what }) => (
            <Table.Tr key={names}>
              <Table.Th scope="row" fw={400} style={{ verticalAlign: 'top' }}>
                <Code>{names}</Code>
              </Table.Th>
              <Table.Td>{what}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </details>
  );
}
