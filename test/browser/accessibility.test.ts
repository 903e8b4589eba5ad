import { beforeAll, expect, test } from '@jest/globals';
import { until } from '@tocsin/platform';
import type { Page } from 'playwright-core';
import { violations } from './axe.ts';
import { DESK, PHONE } from './browser.ts';
import { ADA, EXAMPLE_YAML, MONITORING, SIEM, send } from './example.ts';
import { type InBrowser, inBrowser } from './in-browser.ts';
import { ask, becomePerson, setUp, signIn } from './users.ts';

/** Every screen that an address leads to. */
const SCREENS = [
  '/',
  '/schedules',
  '/schedules/-new',
  '/policies',
  '/policies/-new',
  '/people',
  '/people/-new',
  '/people/-teams',
  '/people/-teams/-new',
  '/integrations',
  '/integrations/new',
  '/keys',
  '/kpis',
  '/no-such-page',
];

/** Those that are about something. */
const ITEMS = [
  '/incidents/INC-1',
  '/incidents/INC-2',
  '/schedules/platform-primary',
  '/schedules/platform-primary/edit',
  '/policies/security-response',
  '/people/otter',
  '/people/-teams/platform',
  '/integrations/siem',
];

/** Those that people spend the night on: looked at in every width and colour. */
const EVERY_LOOK = new Set([
  '/',
  '/incidents/INC-2',
  '/schedules/platform-primary',
  '/policies/security-response',
  '/kpis',
]);

interface Sight {
  name: string;
  size: { width: number; height: number };
  colorScheme: 'light' | 'dark';
  /** Absent: all. */
  rules?: string[];
}

/** Each width and each colour. */
const SIGHTS: Sight[] = [
  { name: 'desk', size: DESK, colorScheme: 'light' },
  { name: 'phone', size: PHONE, colorScheme: 'dark' },
];
/** The other two ways round: what is shown is known by then, its colours are not. */
const OTHERS: Sight[] = [
  { name: 'phone', size: PHONE, colorScheme: 'light', rules: ['color-contrast'] },
  { name: 'desk', size: DESK, colorScheme: 'dark', rules: ['color-contrast'] },
];

/** Looks at what is shown as it is at a desk and on a phone, in the light and in the dark. */
async function look(page: Page, what: string, sights: Sight[] = SIGHTS): Promise<string[]> {
  const found: string[] = [];
  for (const { name, size, colorScheme, rules } of sights) {
    await page.setViewportSize(size);
    await page.emulateMedia({ colorScheme });
    found.push(...(await violations(page, rules)).map((one) => `${what}, ${name}, ${colorScheme}: ${one}`));
    const wider = await page.evaluate<number>(
      'document.documentElement.scrollWidth - document.documentElement.clientWidth',
    );
    if (wider > 0) found.push(`${what}, ${name}: ${wider} pixels wider than the screen`);
  }
  await page.setViewportSize(DESK);
  await page.emulateMedia({ colorScheme: 'light' });
  return found;
}

/** Nothing is on its way any more. */
async function settled(page: Page): Promise<void> {
  await page.locator('#content').waitFor();
  const loading = page.locator('[aria-label^="Loading"], [aria-label="Running"]');
  await until(async () => (await loading.count()) === 0, { timeoutMs: 15_000, what: `${page.url()} to be loaded` });
}

async function screens(seen: InBrowser, addresses: readonly string[]): Promise<string[]> {
  const page = await seen.browser.person(seen.url);
  await signIn(page);
  const found: string[] = [];
  for (const address of addresses) {
    // As a link does it: what was loaded stays.
    await page.evaluate(`history.pushState(null, '', '${address}')`);
    await settled(page);
    found.push(...(await look(page, address, EVERY_LOOK.has(address) ? [...SIGHTS, ...OTHERS] : SIGHTS)));
  }
  return found;
}

const STRANGER = /^401: GET .*\/me$/;

await inBrowser(
  'every screen can be used by everybody, with an organisation at work',
  { yaml: EXAMPLE_YAML },
  (seen) => {
    beforeAll(async () => {
      const page = await seen.browser.person(seen.url);
      await page.goto(seen.h.tocsin.setupLink ?? '');
      expect(await look(page, 'the set-up')).toEqual([]);
      await setUp(page, seen.h.tocsin.setupLink ?? '');
      await becomePerson(page, ADA.id);
      const { ingestion } = seen.h.tocsin.ports;
      await send(ingestion, SIEM, {
        dedup_key: 'a',
        severity: 'critical',
        title: 'Credential stuffing',
        host: 'pay-3',
      });
      await seen.h.until(async () => (await seen.h.list()).length === 1, { what: 'the first incident' });
      await send(ingestion, MONITORING, { dedup_key: 'b', severity: 'medium', title: 'db-17 unreachable' });
      await seen.h.until(async () => (await seen.h.list()).length === 2, { what: 'the second incident' });
      await ask(page, 'POST', '/incidents/INC-1/accept', {});
      await ask(page, 'POST', '/incidents/INC-1/note', { text: 'Blocked at the edge.' });
      await seen.browser.leave();
    }, 120_000);

    test('each screen', async () => {
      seen.expects(STRANGER);
      expect(await screens(seen, [...SCREENS, ...ITEMS])).toEqual([]);
    }, 120_000);

    test('what opens on a screen', async () => {
      seen.expects(STRANGER);
      const page = await seen.browser.person(seen.url);
      await page.goto('/');
      await page.getByRole('button', { name: 'Sign in' }).waitFor();
      const found = await look(page, 'the sign-in');
      await signIn(page);
      await page.goto('/incidents/INC-1');
      for (const tab of ['Timeline', /^Alerts/, /^Notes/]) {
        await page.getByRole('tab', { name: tab }).click();
        await settled(page);
        found.push(...(await look(page, `the tab ${tab}`)));
      }
      await page.getByRole('tab', { name: /^Alerts/ }).click();
      await page.getByText('Paged: a new incident').click();
      await page.getByRole('dialog', { name: 'Event' }).locator('pre').waitFor();
      found.push(...(await look(page, 'an alert')));
      await page.keyboard.press('Escape');
      await page.getByRole('button', { name: 'More' }).click();
      await page.getByRole('menuitem', { name: 'Resolve' }).waitFor();
      found.push(...(await look(page, 'more to do')));
      await page.goto('/schedules/platform-primary');
      await page.getByRole('button', { name: 'New override' }).click();
      await page.getByRole('dialog').waitFor();
      found.push(...(await look(page, 'an override')));
      await page.goto('/kpis');
      await page.getByRole('button', { name: 'Clock' }).click();
      await page.getByRole('dialog').waitFor();
      found.push(...(await look(page, 'the clock')));
      await page.goto('/integrations/siem');
      for (const name of ['Change', 'New key', 'Disable']) {
        await page.getByRole('button', { name, exact: true }).click();
        await page.getByRole('dialog').waitFor();
        found.push(...(await look(page, name)));
        await page.keyboard.press('Escape');
        await page.getByRole('dialog').waitFor({ state: 'hidden' });
      }
      expect(found).toEqual([]);
    }, 120_000);
  },
);

await inBrowser('every screen can be used by everybody, before there is anything', { yaml: null }, (seen) => {
  test('each screen', async () => {
    seen.expects(STRANGER, /^404: /);
    const page = await seen.browser.person(seen.url);
    await setUp(page, seen.h.tocsin.setupLink ?? '');
    await seen.browser.leave();
    expect(await screens(seen, SCREENS)).toEqual([]);
  }, 120_000);
});
