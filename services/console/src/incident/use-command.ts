import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { post } from '../api/client.ts';
import type { CommandResult, IncidentDetail } from '../api/types.ts';

interface Command {
  name: string;
  body: object;
  /** Made once for each press of a button: sent again, it is the same command. */
  key: string;
}

/** Sends commands about an incident, and says what came of each: the server decides, never this page. */
export function useCommand({ number }: Pick<IncidentDetail, 'number'>) {
  const queries = useQueryClient();
  const mutation = useMutation({
    mutationFn: ({ name, body, key }: Command) =>
      post<CommandResult>(`/incidents/${encodeURIComponent(number)}/${name}`, body, key),
    retry: 2,
    onSuccess: (result) => notifications.show({ ...said(result), withBorder: true }),
    onError: (error) =>
      notifications.show({ color: 'red', title: 'Not done', message: error.message, withBorder: true }),
    onSettled: () => {
      void queries.invalidateQueries({ queryKey: ['incident', number] });
      void queries.invalidateQueries({ queryKey: ['incidents'] });
    },
  });
  return {
    send: (name: string, body: object = {}) => mutation.mutate({ name, body, key: crypto.randomUUID() }),
    busy: mutation.isPending ? mutation.variables.name : null,
  };
}

function said({ outcome, owner }: CommandResult): { color: string; title: string; message: string } {
  switch (outcome) {
    case 'yours':
      return { color: 'green', title: 'You have it', message: 'Who was paged is told.' };
    case 'taken':
      return { color: 'orange', title: `${owner?.name ?? 'Somebody'} has it`, message: 'You were a moment later.' };
    case 'over':
      return { color: 'gray', title: 'It is over', message: 'The incident is closed.' };
    case 'rejected':
      return { color: 'orange', title: 'Rejected', message: 'The next person is paged.' };
    case 'resolved':
      return { color: 'green', title: 'Resolved', message: 'Who was paged is told.' };
    case 'escalated':
      return { color: 'orange', title: 'Escalated', message: 'The next layer is paged.' };
    case 'stored':
      return { color: 'blue', title: 'Stored', message: 'It is kept, and decided in a moment.' };
    case 'done':
      return { color: 'green', title: 'Done', message: 'It is on the timeline.' };
    default:
      return outcome satisfies never;
  }
}
