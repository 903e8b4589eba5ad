import { Badge, Card, Group, Stack, Text } from '@mantine/core';
import { Link } from 'wouter';
import type { Policy, Target } from '../api/roster.ts';
import type { Me } from '../api/types.ts';
import { ListPage } from '../roster/list-page.tsx';
import { useList, useNames, useOrganisation } from '../roster/use-list.ts';
import { isAdmin } from '../words/is-admin.ts';
import { listOf } from '../words/phrases.ts';
import { span } from '../words/time.ts';
import { DefaultPolicy } from './default-policy.tsx';

/** Who is paged in which order, of each policy in a few words. */
export function PoliciesPage({ me }: { me: Me }) {
  const policies = useList('policies');
  const organisation = useOrganisation();
  return (
    <ListPage
      title="Policies"
      list={policies}
      add={isAdmin(me) ? { href: '/policies/-new', name: 'New policy' } : undefined}
      empty={{ title: 'No policies yet', words: 'A policy says who is paged, and who next when nobody answers.' }}
    >
      {(all) => (
        <Stack gap="sm">
          {isAdmin(me) && organisation.data && (
            <DefaultPolicy policies={all} defaultId={organisation.data.defaultPolicyId} />
          )}
          {all.map((policy) => (
            <PolicyCard key={policy.id} policy={policy} isDefault={policy.id === organisation.data?.defaultPolicyId} />
          ))}
        </Stack>
      )}
    </ListPage>
  );
}

function PolicyCard({ policy, isDefault }: { policy: Policy; isDefault: boolean }) {
  const nameOf = useNames();
  const { id, name, layers, rounds, catchAll, catchAllEveryMs } = policy;
  const names = (targets: Target[]) => listOf(targets.map((one) => nameOf(one.kind, one.id)));
  return (
    <Card component={Link} href={`/policies/${encodeURIComponent(id)}`} withBorder padding="md">
      <Group gap="xs" mb={6}>
        <Text fw={600}>{name}</Text>
        {isDefault && <Badge variant="light">default</Badge>}
        {rounds > 1 && (
          <Text size="sm" c="dimmed">
            {rounds} rounds
          </Text>
        )}
      </Group>
      <Stack gap={2} component="ol" m={0} p={0} style={{ listStyle: 'none' }}>
        {layers.map((layer, at) => (
          <Text key={at} component="li" size="sm">
            {at + 1}. {names(layer.targets)}{' '}
            <Text span c="dimmed" size="sm">
              for {span(layer.tryForMs)}
            </Text>
          </Text>
        ))}
        <Text component="li" size="sm">
          Then {names(catchAll)}{' '}
          <Text span c="dimmed" size="sm">
            every {span(catchAllEveryMs)}
          </Text>
        </Text>
      </Stack>
    </Card>
  );
}
