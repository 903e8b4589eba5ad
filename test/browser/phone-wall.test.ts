import { beforeAll, expect, test } from '@jest/globals';
import { parseOrganisation } from '@tocsin/cli';
import { showPhones } from '@tocsin/local';
import type { Page } from 'playwright-core';
import { organisationYaml, type TestPerson } from '../harness/organisation.ts';
import { violations } from './axe.ts';
import { type Look, PHONE } from './browser.ts';
import { inBrowser } from './in-browser.ts';
import { shoot } from './screenshot.ts';

const ADA = 'Ada Marsh';
const BEN = 'Ben Ito';
const DEE = 'Dee Okafor';
const people: TestPerson[] = [
  { id: 'ada', name: ADA, channels: ['sms', 'voice', 'push', 'chat'] },
  { id: 'ben', name: BEN, channels: ['sms', 'voice', 'push', 'chat'] },
  { id: 'dee', name: DEE, channels: ['sms', 'voice'] },
];
const yaml = organisationYaml({ people, layers: [['ada', 'ben'], ['dee']], tryFor: '300s', catchAll: ['dee'] });
const LOOKS: { name: string; look: Look }[] = [
  { name: 'at a desk', look: {} },
  { name: 'on a phone, in the dark', look: { ...PHONE, colorScheme: 'dark' } },
];

await inBrowser('the phone wall', { yaml }, (seen) => {
  let incidents = 0;
  beforeAll(() => showPhones(seen.h.tocsin, parseOrganisation(yaml, 'organisation.yaml')));

  const number = () => `INC-${incidents}`;
  const phone = (page: Page, name: string) => page.getByRole('article', { name, exact: true });
  /** What an app shows of the incident on somebody's phone. */
  const shown = (page: Page, name: string, app: 'Push' | 'Slack') =>
    phone(page, name)
      .getByRole('list', { name: `Push and chat of ${name}` })
      .getByRole('listitem')
      .filter({ hasText: new RegExp(`^${app}`) })
      .filter({ hasText: number() });
  /** Both are reached every way there is. */
  const paged = async (look: Look = {}): Promise<Page> => {
    const page = await seen.browser.person(seen.h.tocsin.carrier.url, look);
    await page.goto('/');
    incidents += 1;
    await seen.h.post({ action: 'trigger', dedup_key: number(), severity: 'critical', title: 'db-17 unreachable' });
    for (const name of [ADA, BEN]) {
      for (const app of ['Push', 'Slack'] as const)
        await shown(page, name, app).getByRole('button', { name: 'Accept' }).waitFor();
      await phone(page, name)
        .getByText(new RegExp(`PAGE .* ${number()} `))
        .waitFor();
      await phone(page, name).getByText('Ringing:').waitFor();
    }
    return page;
  };
  const owner = async () => (await seen.h.incident(number())).incident.ownerPersonId;
  const quiet = async (page: Page) => {
    for (const name of [ADA, BEN]) {
      await phone(page, name).getByText('Ringing:').waitFor({ state: 'hidden' });
      for (const app of ['Push', 'Slack'] as const)
        await shown(page, name, app).getByRole('button').first().waitFor({ state: 'detached' });
    }
  };

  test('shows SMS, call, push and chat at once', async () => {
    const page = await paged({ width: 1060, height: 970 });
    await shoot(page, 'phone-wall');
    await shown(page, ADA, 'Push').getByRole('button', { name: 'Accept' }).click();
    await quiet(page);
  });

  test("shows a person's chat message, and its buttons answer the page", async () => {
    const page = await paged();
    await shown(page, ADA, 'Slack').getByRole('button', { name: 'Accept' }).click();
    await seen.h.until(async () => (await owner()) === 'ada', { what: 'ada to have it' });
    const { log } = await seen.h.incident(number());
    expect(log.find(({ kind }) => kind === 'accepted')?.data).toMatchObject({ person: 'ada', channel: 'chat' });
    await shown(page, ADA, 'Slack')
      .filter({ hasText: `${ADA} has it.` })
      .waitFor();
    await quiet(page);
  });

  test('a chat message on it changes when somebody else accepts', async () => {
    const page = await paged();
    await shown(page, BEN, 'Push').getByRole('button', { name: 'Accept' }).click();
    await shown(page, ADA, 'Slack')
      .filter({ hasText: `${BEN} has it.` })
      .waitFor();
    await quiet(page);
    expect(await owner()).toBe('ben');
  });

  test('reject in chat says so, and keeps the others ringing', async () => {
    const page = await paged();
    await shown(page, ADA, 'Slack').getByRole('button', { name: 'Reject' }).click();
    await shown(page, ADA, 'Slack').getByRole('button').first().waitFor({ state: 'detached' });
    await phone(page, ADA).getByText('Ringing:').waitFor({ state: 'hidden' });
    await phone(page, BEN).getByText('Ringing:').waitFor();
    await shown(page, BEN, 'Slack').getByRole('button', { name: 'Accept' }).click();
    await quiet(page);
  });

  test('who has no Slack and no browser has neither on their phone', async () => {
    const page = await seen.browser.person(seen.h.tocsin.carrier.url);
    await page.goto('/');
    await phone(page, DEE).getByText('No texts or calls yet').waitFor();
    expect(
      await phone(page, DEE)
        .getByRole('list', { name: `Push and chat of ${DEE}` })
        .count(),
    ).toBe(0);
  });

  test.each(LOOKS)('$name, axe finds nothing against it while phones ring and are talked on', async ({ look }) => {
    const page = await paged(look);
    await phone(page, BEN).getByRole('button', { name: 'Answer' }).click();
    await phone(page, BEN).getByText('Waiting for a key.').waitFor();
    expect(await violations(page)).toEqual([]);
    await shown(page, ADA, 'Slack').getByRole('button', { name: 'Accept' }).click();
    await shown(page, BEN, 'Slack')
      .filter({ hasText: `${ADA} has it.` })
      .waitFor();
    expect(await violations(page)).toEqual([]);
    await phone(page, BEN).getByRole('button', { name: 'Hang up' }).click();
  });
});
