import { Badge, Card, Group, SimpleGrid, Stack, Tabs, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { Link } from 'wouter';
import type { Person, Team } from '../api/roster.ts';
import type { Me } from '../api/types.ts';
import { ChannelName } from '../incident/channel-name.tsx';
import { ListPage } from '../roster/list-page.tsx';
import { useList, useNames } from '../roster/use-list.ts';
import { isAdmin } from '../words/is-admin.ts';
import { listOf } from '../words/phrases.ts';

/** Everybody who can be paged, and their teams. */
export function PeoplePage({ me, tab }: { me: Me; tab: 'people' | 'teams' }) {
  return (
    <Tabs value={tab} keepMounted={false}>
      <Tabs.List mb="md">
        <Tabs.Tab value="people" renderRoot={(props) => <Link href="/people" {...props} />}>
          People
        </Tabs.Tab>
        <Tabs.Tab value="teams" renderRoot={(props) => <Link href="/people/-teams" {...props} />}>
          Teams
        </Tabs.Tab>
      </Tabs.List>
      <Tabs.Panel value="people">
        <People me={me} />
      </Tabs.Panel>
      <Tabs.Panel value="teams">
        <Teams me={me} />
      </Tabs.Panel>
    </Tabs>
  );
}

function People({ me }: { me: Me }) {
  const people = useList('people');
  const teams = useList('teams').data ?? [];
  const [words, setWords] = useState('');
  const wanted = words.trim().toLowerCase();
  return (
    <ListPage
      title="People"
      list={people}
      add={isAdmin(me) ? { href: '/people/-new', name: 'New person' } : undefined}
      empty={{ title: 'Nobody yet', words: 'People are who can be paged; users are who can sign in.' }}
    >
      {(all) => (
        <Stack gap="md">
          <TextInput
            aria-label="Find somebody"
            placeholder="Find somebody"
            type="search"
            maw={360}
            value={words}
            onChange={(event) => setWords(event.currentTarget.value)}
          />
          <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="sm">
            {all
              .toSorted((a, b) => a.name.localeCompare(b.name))
              .filter(({ name, id }) => `${name} ${id}`.toLowerCase().includes(wanted))
              .map((person) => (
                <PersonCard
                  key={person.id}
                  person={person}
                  isMe={person.id === me.personId}
                  teams={teams.filter((one) => one.memberIds.includes(person.id))}
                />
              ))}
          </SimpleGrid>
        </Stack>
      )}
    </ListPage>
  );
}

function PersonCard({ person, isMe, teams }: { person: Person; isMe: boolean; teams: Team[] }) {
  const { id, name, timeZone, contactMethods } = person;
  const details = [timeZone, ...teams.map((one) => one.name)].filter(Boolean).join(' · ');
  return (
    <Card component={Link} href={`/people/${encodeURIComponent(id)}`} withBorder padding="md">
      <Group gap="xs">
        <Text fw={600}>{name}</Text>
        {isMe && <Badge variant="light">you</Badge>}
      </Group>
      {details !== '' && (
        <Text size="sm" c="dimmed">
          {details}
        </Text>
      )}
      <Stack gap={2} mt={6}>
        {contactMethods.map((one) => (
          <Group key={one.id} gap="xs" wrap="nowrap">
            <ChannelName channel={one.channel} />
            <Text size="sm" style={{ fontVariantNumeric: 'tabular-nums' }}>
              {one.name ?? one.maskedAddress}
            </Text>
          </Group>
        ))}
        {contactMethods.length === 0 && (
          <Text size="sm" c="red" fw={600}>
            Cannot be reached: no contact method. Pages pass over them.
          </Text>
        )}
      </Stack>
    </Card>
  );
}

function Teams({ me }: { me: Me }) {
  const teams = useList('teams');
  const nameOf = useNames();
  return (
    <ListPage
      title="Teams"
      list={teams}
      add={isAdmin(me) ? { href: '/people/-teams/-new', name: 'New team' } : undefined}
      empty={{ title: 'No teams yet', words: 'A team is paged as a whole where a policy says so.' }}
    >
      {(all) => (
        <Stack gap="sm">
          {all.map(({ id, name, memberIds }) => (
            <Card key={id} component={Link} href={`/people/-teams/${encodeURIComponent(id)}`} withBorder padding="md">
              <Text fw={600}>{name}</Text>
              <Text size="sm" c="dimmed">
                {memberIds.length === 0 ? 'Has no members' : listOf(memberIds.map((one) => nameOf('person', one)))}
              </Text>
            </Card>
          ))}
        </Stack>
      )}
    </ListPage>
  );
}
