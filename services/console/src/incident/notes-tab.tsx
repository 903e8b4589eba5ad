import { Button, Card, Stack, Text, Textarea } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import type { IncidentDetail, Me } from '../api/types.ts';
import { clock } from '../words/time.ts';
import { useNow } from '../words/use-now.ts';
import { useCommand } from './use-command.ts';

/** What people wrote. */
export function NotesTab({ incident, me }: { incident: IncidentDetail; me: Me }) {
  const now = useNow();
  const { send, busy } = useCommand(incident);
  const [text, setText] = useState('');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (text.trim() === '') return;
    send('note', { text });
    setText('');
  };
  return (
    <Stack>
      {me.role !== 'observer' && (
        <form onSubmit={submit}>
          <Stack gap="xs" align="flex-start">
            <Textarea
              label="Note"
              placeholder="What did you see or do?"
              autosize
              minRows={2}
              maxLength={10_000}
              w="100%"
              value={text}
              onChange={(event) => setText(event.currentTarget.value)}
            />
            <Button type="submit" variant="light" loading={busy === 'note'} disabled={text.trim() === ''}>
              Add note
            </Button>
          </Stack>
        </form>
      )}
      {incident.notes.map((note) => (
        <Card key={note.id} withBorder padding="sm">
          <Text style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>{note.text}</Text>
          <Text size="sm" c="dimmed" mt={4}>
            {note.by?.name ?? 'Somebody'}, {clock(note.at, now)}
          </Text>
        </Card>
      ))}
      {incident.notes.length === 0 && <Text c="dimmed">Nobody has written anything yet.</Text>}
    </Stack>
  );
}
