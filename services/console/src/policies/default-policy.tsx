import { Select } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation } from '@tanstack/react-query';
import { getVersioned, put } from '../api/client.ts';
import type { Organisation, Policy } from '../api/roster.ts';
import { useLookAgain } from '../roster/use-list.ts';

/** Which policy holds for what no route sends elsewhere. */
export function DefaultPolicy({ policies, defaultId }: { policies: Policy[]; defaultId: string }) {
  const lookAgain = useLookAgain();
  const change = useMutation({
    mutationFn: async (defaultPolicyId: string) => {
      const { value, etag } = await getVersioned<Organisation>('/organisation');
      return put<Organisation>('/organisation', { name: value.name, defaultPolicyId }, etag);
    },
    onSuccess: () =>
      notifications.show({ color: 'green', title: 'Saved', message: 'Default policy', withBorder: true }),
    onError: (error) =>
      notifications.show({ color: 'red', title: 'Not saved', message: error.message, withBorder: true }),
    onSettled: () => lookAgain(),
  });
  return (
    <Select
      label="Default policy"
      description="For what no route sends elsewhere"
      maw={360}
      data={policies.map(({ id, name }) => ({ value: id, label: name }))}
      allowDeselect={false}
      disabled={change.isPending}
      value={change.isPending ? change.variables : defaultId}
      onChange={(id) => id !== null && id !== defaultId && change.mutate(id)}
    />
  );
}
