import { Alert, Anchor } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import { get } from '../api/client.ts';
import type { Person } from '../api/roster.ts';
import type { Me } from '../api/types.ts';
import { listOf } from '../words/phrases.ts';
import { useDevice } from './use-device.ts';

/** Tells a person, wherever they are in the console, that one of their devices gets no pages any more. */
export function DeviceNotice({ me }: { me: Me }) {
  return me.personId === null || me.role === 'observer' ? null : <Notice personId={me.personId} />;
}

function Notice({ personId }: { personId: string }) {
  const path = `/people/${encodeURIComponent(personId)}`;
  // Looking at this device mends it where it can be.
  const { state } = useDevice();
  const person = useQuery({
    queryKey: ['device', 'person', personId],
    queryFn: () => get<Person>(path),
    enabled: state !== undefined,
    staleTime: 5 * 60_000,
  });
  const gone = (person.data?.contactMethods ?? []).filter(({ goneAt }) => goneAt);
  if (gone.length === 0) return null;
  return (
    <Alert color="red" variant="light" mb="md" title="A device gets no pages any more" role="alert">
      {listOf(gone.map(({ name }) => name ?? 'A browser'))} cannot be reached: the browser ended it.{' '}
      <Anchor component={Link} href={path}>
        Turn it on again there, or remove it.
      </Anchor>
    </Alert>
  );
}
