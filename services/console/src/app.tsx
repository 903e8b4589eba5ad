import { Center, Loader } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense } from 'react';
import { Route, Switch } from 'wouter';
import { get } from './api/client.ts';
import { Problem } from './api/problem.ts';
import type { Me } from './api/types.ts';
import { NowPage } from './now/now-page.tsx';
import { Refusal } from './shell/refusal.tsx';
import { Shell } from './shell/shell.tsx';
import { SignInPage } from './sign-in/sign-in-page.tsx';
import { WelcomePage } from './sign-in/welcome-page.tsx';

const IntegrationsPage = lazy(() =>
  import('./integrations/integrations-page.tsx').then((one) => ({ default: one.IntegrationsPage })),
);
const NewIntegrationPage = lazy(() =>
  import('./integrations/new-integration-page.tsx').then((one) => ({ default: one.NewIntegrationPage })),
);
const IntegrationPage = lazy(() =>
  import('./integrations/integration-page.tsx').then((one) => ({ default: one.IntegrationPage })),
);
const KeysPage = lazy(() => import('./keys/keys-page.tsx').then((one) => ({ default: one.KeysPage })));
const KpisPage = lazy(() => import('./kpis/kpis-page.tsx').then((one) => ({ default: one.KpisPage })));
const IncidentPage = lazy(() => import('./incident/incident-page.tsx').then((one) => ({ default: one.IncidentPage })));

const PoliciesPage = lazy(() => import('./policies/policies-page.tsx').then((one) => ({ default: one.PoliciesPage })));
const PolicyPage = lazy(() => import('./policies/policy-page.tsx').then((one) => ({ default: one.PolicyPage })));
const SchedulesPage = lazy(() =>
  import('./schedules/schedules-page.tsx').then((one) => ({ default: one.SchedulesPage })),
);
const SchedulePage = lazy(() => import('./schedules/schedule-page.tsx').then((one) => ({ default: one.SchedulePage })));
const ScheduleEditPage = lazy(() =>
  import('./schedules/schedule-edit-page.tsx').then((one) => ({ default: one.ScheduleEditPage })),
);
const PeoplePage = lazy(() => import('./people/people-page.tsx').then((one) => ({ default: one.PeoplePage })));
const PersonPage = lazy(() => import('./people/person-page.tsx').then((one) => ({ default: one.PersonPage })));
const TeamPage = lazy(() => import('./people/team-page.tsx').then((one) => ({ default: one.TeamPage })));
const WebhooksPage = lazy(() => import('./webhooks/webhooks-page.tsx').then((one) => ({ default: one.WebhooksPage })));
const NewWebhookPage = lazy(() =>
  import('./webhooks/new-webhook-page.tsx').then((one) => ({ default: one.NewWebhookPage })),
);
const WebhookPage = lazy(() => import('./webhooks/webhook-page.tsx').then((one) => ({ default: one.WebhookPage })));

/** A link may be for somebody who is not known yet; everything else is for who is signed in. */
export function App() {
  return (
    <Switch>
      <Route path="/setup">
        <WelcomePage kind="set-up" />
      </Route>
      <Route path="/invitation">
        <WelcomePage kind="invitation" />
      </Route>
      <Route>
        <Screens />
      </Route>
    </Switch>
  );
}

/**
 * Who is looking decides what is shown: nobody yet, the sign-in; somebody, the screens. No id begins with a dash: what does is no item's
 * address.
 */
function Screens() {
  const me = useQuery({ queryKey: ['me'], queryFn: () => get<Me>('/me'), staleTime: 5 * 60_000 });
  if (me.isPending) return <Waiting />;
  if (me.isError) {
    const isStranger = me.error instanceof Problem && me.error.status === 401;
    return isStranger ? <SignInPage /> : <Refusal error={me.error} again={() => void me.refetch()} />;
  }
  return (
    <Shell me={me.data}>
      <Suspense fallback={<Waiting />}>
        <Switch>
          <Route path="/">
            <NowPage me={me.data} />
          </Route>
          <Route path="/incidents/:number">{({ number }) => <IncidentPage number={number} me={me.data} />}</Route>
          <Route path="/schedules">
            <SchedulesPage me={me.data} />
          </Route>
          <Route path="/schedules/-new">
            <ScheduleEditPage id={undefined} me={me.data} />
          </Route>
          <Route path="/schedules/:id">{({ id }) => <SchedulePage key={id} id={id} me={me.data} />}</Route>
          <Route path="/schedules/:id/edit">{({ id }) => <ScheduleEditPage key={id} id={id} me={me.data} />}</Route>
          <Route path="/policies">
            <PoliciesPage me={me.data} />
          </Route>
          <Route path="/policies/-new">
            <PolicyPage id={undefined} me={me.data} />
          </Route>
          <Route path="/policies/:id">{({ id }) => <PolicyPage key={id} id={id} me={me.data} />}</Route>
          <Route path="/people">
            <PeoplePage me={me.data} tab="people" />
          </Route>
          <Route path="/people/-new">
            <PersonPage id={undefined} me={me.data} />
          </Route>
          <Route path="/people/-teams">
            <PeoplePage me={me.data} tab="teams" />
          </Route>
          <Route path="/people/-teams/-new">
            <TeamPage id={undefined} me={me.data} />
          </Route>
          <Route path="/people/-teams/:id">{({ id }) => <TeamPage key={id} id={id} me={me.data} />}</Route>
          <Route path="/people/:id">{({ id }) => <PersonPage key={id} id={id} me={me.data} />}</Route>
          <Route path="/integrations">
            <IntegrationsPage me={me.data} />
          </Route>
          <Route path="/integrations/new">
            <NewIntegrationPage />
          </Route>
          <Route path="/integrations/:id">{({ id }) => <IntegrationPage key={id} id={id} me={me.data} />}</Route>
          <Route path="/webhooks">
            <WebhooksPage />
          </Route>
          <Route path="/webhooks/new">
            <NewWebhookPage />
          </Route>
          <Route path="/webhooks/:id">{({ id }) => <WebhookPage key={id} id={id} />}</Route>
          <Route path="/keys">
            <KeysPage me={me.data} />
          </Route>
          <Route path="/kpis">
            <KpisPage me={me.data} />
          </Route>
          <Route>
            <Refusal error={new Problem(404, 'not-found', 'There is no such page.')} />
          </Route>
        </Switch>
      </Suspense>
    </Shell>
  );
}

function Waiting() {
  return (
    <Center mih="60vh">
      <Loader aria-label="Loading" />
    </Center>
  );
}
