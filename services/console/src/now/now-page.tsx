import { Grid, Stack, VisuallyHidden } from '@mantine/core';
import type { Me } from '../api/types.ts';
import { WebhookNotice } from '../webhooks/webhook-notice.tsx';
import { isAdmin } from '../words/is-admin.ts';
import { NightsCard } from './nights-card.tsx';
import { OnCallCard } from './on-call-card.tsx';
import { OpenIncidents } from './open-incidents.tsx';

/** The first screen: what is open, and who is on call. */
export function NowPage({ me }: { me: Me }) {
  return (
    <>
      <VisuallyHidden component="h1">Now</VisuallyHidden>
      {isAdmin(me) && <WebhookNotice />}
      <Grid gap="lg">
        <Grid.Col span={{ base: 12, md: 8 }}>
          <OpenIncidents />
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 4 }}>
          <Stack>
            <OnCallCard me={me} />
            <NightsCard />
          </Stack>
        </Grid.Col>
      </Grid>
    </>
  );
}
