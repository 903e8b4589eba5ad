import { Alert, Anchor } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import { get } from '../api/client.ts';
import type { Webhooks } from '../api/webhooks.ts';

const AGAIN_MS = 60_000;

/** For admins: webhooks that Tocsin itself disabled, until somebody enables or deletes them. Nothing where there are none. */
export function WebhookNotice() {
  const webhooks = useQuery({
    queryKey: ['webhooks'],
    queryFn: () => get<Webhooks>('/webhooks'),
    refetchInterval: AGAIN_MS,
  });
  const stopped = webhooks.data?.items.filter((one) => !one.enabled && one.disabledBecause !== 'person') ?? [];
  if (stopped.length === 0) return null;
  return (
    <Alert color="orange" variant="light" mb="md" role="status" title="Somebody is not told any more">
      Tocsin disabled{' '}
      {stopped.map(({ id, name }, i) => (
        <span key={id}>
          {i > 0 && ', '}
          <Anchor component={Link} href={`/webhooks/${id}`} inherit>
            {name}
          </Anchor>
        </span>
      ))}
      :{' '}
      {stopped.length === 1 ? 'its receiver fails, or said that it is' : 'their receivers fail, or said that they are'}{' '}
      gone.
    </Alert>
  );
}
