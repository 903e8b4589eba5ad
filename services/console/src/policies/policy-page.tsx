import { Grid } from '@mantine/core';
import { useLocation } from 'wouter';
import type { Policy } from '../api/roster.ts';
import type { Me } from '../api/types.ts';
import { ItemPage, type Loaded } from '../roster/item-page.tsx';
import { useDraft } from '../roster/use-draft.ts';
import { isAdmin } from '../words/is-admin.ts';
import { DryRunPanel } from './dry-run-panel.tsx';
import { PolicyForm } from './policy-form.tsx';

const MINUTE = 60_000;
const FRESH: Policy = {
  id: '',
  name: '',
  layers: [{ targets: [], tryForMs: 5 * MINUTE }],
  rounds: 2,
  catchAll: [],
  catchAllEveryMs: 10 * MINUTE,
  ackTimeoutMs: 0,
};

/** One policy: its rules, and beside them what they would do. */
export function PolicyPage({ id, me }: { id: string | undefined; me: Me }) {
  return (
    <ItemPage area="policies" id={id} fresh={FRESH} what="policy" list={{ href: '/policies', name: 'Policies' }}>
      {(loaded, reload) => <Editing loaded={loaded} me={me} reload={reload} />}
    </ItemPage>
  );
}

function Editing({ loaded, me, reload }: { loaded: Loaded<Policy>; me: Me; reload: () => void }) {
  const [, go] = useLocation();
  const draft = useDraft<Policy>('policies', {
    loaded,
    onMade: (made) => go(`/policies/${encodeURIComponent(made.id)}`, { replace: true }),
    onGone: () => go('/policies'),
  });
  return (
    <Grid gap="lg">
      <Grid.Col span={{ base: 12, md: 6 }}>
        <PolicyForm draft={draft} mayEdit={isAdmin(me)} reload={reload} />
      </Grid.Col>
      <Grid.Col span={{ base: 12, md: 6 }}>
        <DryRunPanel policy={draft.draft} />
      </Grid.Col>
    </Grid>
  );
}
