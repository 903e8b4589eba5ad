import { Alert, Select, SimpleGrid, Stack, Text, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useLocation } from 'wouter';
import type { Person } from '../api/roster.ts';
import type { Me } from '../api/types.ts';
import { ThisDevice } from '../device/this-device.tsx';
import { DraftBar } from '../roster/draft-bar.tsx';
import { ItemPage, type Loaded } from '../roster/item-page.tsx';
import { NameFields } from '../roster/name-fields.tsx';
import { useDraft } from '../roster/use-draft.ts';
import { isAdmin } from '../words/is-admin.ts';
import { ContactMethods } from './contact-methods.tsx';
import { NightsLine } from './nights-line.tsx';
import { NotificationRules } from './notification-rules.tsx';

/** A person's id says nothing of the person: it stands in logs and workflows. */
function freshPerson(): Person {
  const id = `person-${crypto.randomUUID().slice(0, 8)}`;
  return { id, name: '', locale: 'en', timeZone: null, contactMethods: [], rules: { high: [], low: [] } };
}

const ZONES = Intl.supportedValuesOf('timeZone');

/** One person: how they are reached, and in which order. People change themselves; admins change everybody. */
export function PersonPage({ id, me }: { id: string | undefined; me: Me }) {
  const [fresh] = useState(freshPerson);
  return (
    <ItemPage area="people" id={id} fresh={fresh} what="person" list={{ href: '/people', name: 'People' }}>
      {(loaded, reload) => <Editing loaded={loaded} me={me} reload={reload} />}
    </ItemPage>
  );
}

function Editing({ loaded, me, reload }: { loaded: Loaded<Person>; me: Me; reload: () => void }) {
  const [, go] = useLocation();
  const draft = useDraft<Person>('people', {
    loaded,
    onMade: (made) => go(`/people/${encodeURIComponent(made.id)}`, { replace: true }),
    onGone: () => go('/people'),
  });
  const { id, locale, timeZone, contactMethods } = draft.draft;
  const isMe = id === me.personId;
  const mayEdit = isAdmin(me) || (isMe && me.role !== 'observer');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    draft.save();
  };
  return (
    <form onSubmit={submit} aria-label="Person">
      <Stack gap="lg" maw={720}>
        {contactMethods.length === 0 && !draft.isNew && (
          <Alert color="red" variant="light" title="Cannot be reached">
            Without a contact method pages pass over {isMe ? 'you' : draft.draft.name}.
          </Alert>
        )}
        {isOnlyPush(draft.draft) && (
          <Alert color="yellow" variant="light" title="Only by push">
            A browser wakes nobody for certain: it may be asleep, and it goes silent with the phone. Add a phone for
            what is urgent.
          </Alert>
        )}
        {!draft.isNew && <NightsLine personId={id} />}
        {!mayEdit && (
          <Text c="dimmed" size="sm">
            Only {draft.draft.name} and admins see whole addresses and change them.
          </Text>
        )}
        {mayEdit && (
          <>
            <NameFields draft={draft} />
            <SimpleGrid cols={{ base: 1, xs: 2 }}>
              <Select
                label="Time zone"
                placeholder="Not known"
                data={timeZone === null || ZONES.includes(timeZone) ? ZONES : [timeZone, ...ZONES]}
                searchable
                clearable
                clearButtonProps={{ 'aria-label': 'No time zone' }}
                value={timeZone}
                error={draft.errorAt('timeZone')}
                onChange={(value) => draft.change({ timeZone: value })}
              />
              <TextInput
                label="Language"
                required
                maxLength={35}
                placeholder="en"
                value={locale}
                error={draft.errorAt('locale')}
                onChange={(event) => draft.change({ locale: event.currentTarget.value })}
              />
            </SimpleGrid>
          </>
        )}
        {isMe && mayEdit && !draft.isNew && <ThisDevice isChanged={draft.isChanged} onChanged={reload} />}
        <ContactMethods draft={draft} mayEdit={mayEdit} mine={isMe} />
        {(['high', 'low'] as const).map((urgency) => (
          <NotificationRules key={urgency} urgency={urgency} draft={draft} mayEdit={mayEdit} />
        ))}
        {mayEdit && <DraftBar draft={draft} what="person" mayDelete={isAdmin(me)} reload={reload} />}
      </Stack>
    </form>
  );
}

/** Where everything that is urgent goes to browsers, by rules or for want of anything else. */
function isOnlyPush({ contactMethods, rules }: Person): boolean {
  const ruled = rules.high.map(({ contactMethodId }) => contactMethods.find(({ id }) => id === contactMethodId));
  const used = rules.high.length > 0 ? ruled : contactMethods;
  return used.length > 0 && used.every((one) => one?.channel === 'push');
}
