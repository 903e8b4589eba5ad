import { Grid, Stack } from '@mantine/core';
import type { Me } from '../api/types.ts';
import { WebhookNotice } from '../webhooks/webhook-notice.tsx';
import { isAdmin } from '../words/is-admin.ts';
import { OnCallCard } from './on-call-card.tsx';
import { OpenIncidents } from './open-incidents.tsx';

/** The first screen: what is open, and who is on call. */
export function NowPage({ me }: { me: Me }) {
  return (
    <>
      {isAdmin(me) && <WebhookNotice />}
      <Grid gap="lg">
        <Grid.Col span={{ base: 12, md: 8 }}>
          <OpenIncidents />
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 4 }}>
          <Stack>
            <OnCallCard me={me} />
          </Stack>
        </Grid.Col>
      </Grid>
    </>
  );
}
