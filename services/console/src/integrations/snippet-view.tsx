import { Code, Stack, Table, Tabs, Text } from '@mantine/core';
import type { Integration } from '../api/integrations.ts';
import { Copyable } from '../shell/copyable.tsx';
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
