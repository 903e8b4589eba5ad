import { beforeAll, expect, test } from '@jest/globals';
import { PHONE } from './browser.ts';
import { inBrowser } from './in-browser.ts';
import { setUp, signIn } from './users.ts';

const ALERT = { action: 'trigger', severity: 'critical' };

await inBrowser('a schedule in the browser', { layers: [[], ['ben']] }, (seen) => {
  beforeAll(async () => {
    await setUp(await seen.browser.person(seen.url), seen.h.tocsin.setupLink ?? '');
    await seen.browser.leave();
  });

  test('an override that is dragged over some hours changes who is paged, at once', async () => {
    seen.expects(/^401: GET .*\/me$/);
    const page = await seen.browser.person(seen.url);
    await signIn(page);
    await seen.h.post({ ...ALERT, dedup_key: 'before', title: 'before' });
    await seen.h.until(() => seen.h.phone('ben').messages.length > 0, {
      what: 'the second layer, for want of a first',
    });

    await page.getByRole('link', { name: 'Schedules' }).click();
    await page.getByRole('link', { name: /^Nobody/ }).click();
    await page.getByText('Nobody is on call from').waitFor();
    const week = page.getByRole('group', { name: /^Week of/ }).first();
    const gap = await week.getByRole('button', { name: /^Nobody/ }).boundingBox();
    if (!gap) throw new Error('the gap is not seen');
    // From its very beginning, in the past, to almost the end of the week.
    const y = gap.y + gap.height / 2;
    await page.mouse.move(gap.x + 2, y);
    await page.mouse.down();
    await page.mouse.move(gap.x + gap.width / 2, y);
    await page.mouse.move(gap.x + gap.width - 2, y, { steps: 4 });
    await page.mouse.up();
    const form = page.getByRole('dialog', { name: 'Override in Nobody' });
    await form.getByRole('combobox', { name: 'Who is on call instead' }).click();
    await page.getByRole('option', { name: 'Cleo' }).click();
    await form.getByRole('button', { name: 'Make the override' }).click();
    await page.getByRole('alert').filter({ hasText: 'Cleo is on call then.' }).waitFor();
    await week.getByText('Cleo').waitFor();
    await page.getByRole('region', { name: 'Overrides' }).getByText('Cleo').waitFor();

    await seen.h.post({ ...ALERT, dedup_key: 'after', title: 'after' });
    await seen.h.until(() => seen.h.phone('cleo').messages.length > 0, { what: 'who took the shift over' });
    const { ladder } = await page.request
      .get('/api/v1/incidents/INC-2')
      .then((response) => response.json() as Promise<{ ladder: { head: { layer: number; paged: string[] } } }>);
    expect(ladder.head).toMatchObject({ layer: 1, paged: ['cleo'] });
  });

  test('on a phone the same is a list, and the override is taken back there', async () => {
    seen.expects(/^401: GET .*\/me$/);
    const page = await seen.browser.person(seen.url, PHONE);
    await signIn(page);
    await page.goto('/schedules/nobody');
    await page.getByRole('button', { name: /^Have somebody cover Cleo/ }).waitFor();
    await page.getByRole('button', { name: /^Take back the override of Cleo/ }).click();
    await page.getByRole('alert').filter({ hasText: 'Taken back' }).waitFor();
    await page.getByText('None is planned.').waitFor();
    await page
      .getByRole('button', { name: /^Have somebody cover the gap/ })
      .first()
      .waitFor();
  });
});
