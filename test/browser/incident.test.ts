import { beforeAll, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { PHONE } from './browser.ts';
import { inBrowser } from './in-browser.ts';
import { becomePerson, invite, setUp, signIn, type User } from './users.ts';

const BEN: User = { name: 'Ben', email: 'ben@example.com', password: 'another horse battery' };

await inBrowser('an incident in the browser', { layers: [['ada', 'ben'], ['cleo']] }, (seen) => {
  let posted = 0;
  /** Sends an alert that is an incident by itself; resolves with its title. */
  const alert = async (): Promise<string> => {
    posted += 1;
    const title = `db-${posted} unreachable`;
    const body = { action: 'trigger', dedup_key: `db-${posted}`, severity: 'critical', title };
    expect((await seen.h.post(body)).status).toBe(202);
    return title;
  };
  const ringing = (person: string) => seen.h.phone(person).calls.some(({ status }) => status === 'ringing');
  const quiet = () => seen.h.until(() => !ringing('ada') && !ringing('ben'), { what: 'every call to stop ringing' });
  const ada = async (look = {}): Promise<Page> => {
    seen.expects(/^401: GET .*\/me$/);
    const page = await seen.browser.person(seen.url, look);
    await signIn(page);
    return page;
  };

  beforeAll(async () => {
    const page = await seen.browser.person(seen.url);
    await setUp(page, seen.h.tocsin.setupLink ?? '');
    await becomePerson(page, 'ada');
    await invite(page, await seen.browser.person(seen.url), BEN, 'ben');
    await seen.browser.leave();
  });

  test('an alert appears as it comes, is accepted, and the phones go quiet', async () => {
    const page = await ada();
    const title = await alert();
    await page.getByRole('link', { name: title }).click();
    await page.getByText('Nobody has it yet: Ada and Ben are being paged').waitFor();
    await seen.h.until(() => ringing('ada') && ringing('ben'), { what: 'both phones to ring' });
    await page.getByRole('button', { name: 'Accept' }).click();
    await page.getByRole('status').filter({ hasText: 'Ada has it' }).waitFor();
    await page.getByRole('button', { name: 'You have it' }).waitFor();
    await quiet();
    await seen.h.until(() => seen.h.phone('ben').messages.some(({ body }) => body.includes('taken by Ada')), {
      what: 'ben to be told',
    });
  });

  test('it is accepted with the keyboard alone, and one sees where one is', async () => {
    const page = await ada();
    const title = await alert();
    const row = page.getByRole('link', { name: title });
    await row.waitFor();
    // The first press leads past the head to what the screen is about.
    await page.keyboard.press('Tab');
    expect(await focused(page)).toMatchObject({ text: 'Skip to content', outlined: true });
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    expect((await focused(page)).text).toContain(title);
    expect((await focused(page)).outlined).toBe(true);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: title, level: 1 }).waitFor();
    await page.keyboard.press('a');
    await page.getByRole('status').filter({ hasText: 'Ada has it' }).waitFor();
    await quiet();
  });

  test('two people accept at the same instant: one has it, and both are told who', async () => {
    const [a, b] = [await ada(), await seen.browser.person(seen.url, PHONE)];
    await signIn(b, BEN);
    const title = await alert();
    const buttons = [a, b].map((page) => page.getByRole('button', { name: 'Accept' }));
    for (const page of [a, b]) await page.getByRole('link', { name: title }).click();
    await Promise.all(buttons.map((one) => one.waitFor()));
    const heard = await Promise.all(
      [a, b].map(async (page, n) => {
        const notice = page.getByRole('alert').first().textContent();
        await buttons[n]!.click();
        return (await notice) ?? '';
      }),
    );
    const status = a.getByRole('status').filter({ hasText: /has it since/ });
    const owner = /^(Ada|Ben) has it/.exec((await status.textContent()) ?? '')?.[1];
    await b
      .getByRole('status')
      .filter({ hasText: `${owner} has it` })
      .waitFor();
    for (const [n, name] of ['Ada', 'Ben'].entries()) {
      const isOwner = name === owner;
      // What a busy machine could not decide at once is told by the screen alone.
      if (!heard[n]!.startsWith('Stored')) expect(heard[n]).toContain(isOwner ? 'You have it' : `${owner} has it`);
      expect(await [a, b][n]!.getByRole('button', { name: 'You have it' }).count()).toBe(isOwner ? 1 : 0);
    }
    await quiet();
  });

  test('who rejects in the browser passes it on at once', async () => {
    const page = await ada(PHONE);
    const title = await alert();
    await page.getByRole('link', { name: title }).click();
    await page.getByRole('button', { name: 'Reject' }).click();
    await page.getByText('Nobody has it yet: Ben is being paged').waitFor();
    await page.getByText('rejected', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'More' }).click();
    await page.getByRole('menuitem', { name: 'Resolve' }).click();
    await page.getByRole('status').filter({ hasText: 'Closed by Ada' }).waitFor();
    await quiet();
  });

  test('it says of each alert whether it paged, why, and what came as it came', async () => {
    const page = await ada();
    const title = await alert();
    const body = { action: 'trigger', dedup_key: `db-${posted}`, severity: 'critical', title };
    await page.getByRole('link', { name: title }).click();
    await page.getByRole('tab', { name: 'Alerts' }).click();
    const alerts = page.getByRole('region', { name: 'Alerts' });
    await alerts.getByText('Paged: a new incident').waitFor();
    // A repeat appears while one looks.
    await seen.h.post(body);
    await alerts.getByText('Did not page: it fires already, and nothing is new').click();
    const event = page.getByRole('dialog', { name: 'Event' });
    expect(JSON.parse((await event.locator('pre').textContent()) ?? '')).toEqual(body);
    await page.keyboard.press('Escape');
    await page.keyboard.press('a');
    await page.getByRole('status').filter({ hasText: 'Ada has it' }).waitFor();
  });
});

/** What has the focus, and whether that is seen. */
async function focused(page: Page): Promise<{ text: string; outlined: boolean }> {
  const element = page.locator(':focus');
  const outline = await page.evaluate<string>('getComputedStyle(document.activeElement).outline');
  return {
    text: (await element.textContent()) ?? '',
    outlined: !outline.includes('none') && Number(/([\d.]+)px/.exec(outline)?.[1] ?? 0) >= 2,
  };
}
