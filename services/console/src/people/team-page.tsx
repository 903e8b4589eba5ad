import { MultiSelect, Stack } from '@mantine/core';
import type { FormEvent } from 'react';
import { useLocation } from 'wouter';
import type { Team } from '../api/roster.ts';
import type { Me } from '../api/types.ts';
import { DraftBar } from '../roster/draft-bar.tsx';
import { ItemPage, type Loaded } from '../roster/item-page.tsx';
import { NameFields } from '../roster/name-fields.tsx';
import { useDraft } from '../roster/use-draft.ts';
import { useList } from '../roster/use-list.ts';
import { isAdmin } from '../words/is-admin.ts';

const FRESH: Team = { id: '', name: '', memberIds: [] };

/** One team and who is in it. */
export function TeamPage({ id, me }: { id: string | undefined; me: Me }) {
  return (
    <ItemPage area="teams" id={id} fresh={FRESH} what="team" list={{ href: '/people/-teams', name: 'Teams' }}>
      {(loaded, reload) => <Editing loaded={loaded} mayEdit={isAdmin(me)} reload={reload} />}
    </ItemPage>
  );
}

function Editing({ loaded, mayEdit, reload }: { loaded: Loaded<Team>; mayEdit: boolean; reload: () => void }) {
  const [, go] = useLocation();
  const people = useList('people');
  const draft = useDraft<Team>('teams', {
    loaded,
    onMade: (made) => go(`/people/-teams/${encodeURIComponent(made.id)}`, { replace: true }),
    onGone: () => go('/people/-teams'),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    draft.save();
  };
  return (
    <form onSubmit={submit} aria-label="Team">
      <Stack gap="md" maw={640}>
        {mayEdit && <NameFields draft={draft} />}
        <MultiSelect
          label="Members"
          data={(people.data ?? []).map((one) => ({ value: one.id, label: one.name }))}
          searchable
          hidePickedOptions
          readOnly={!mayEdit}
          value={draft.draft.memberIds}
          error={draft.errorAt('memberIds')}
          onChange={(memberIds) => draft.change({ memberIds })}
        />
        {mayEdit && <DraftBar draft={draft} what="team" reload={reload} />}
      </Stack>
    </form>
  );
}
