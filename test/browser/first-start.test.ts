import { expect, test } from '@jest/globals';
import { inBrowser } from './in-browser.ts';
import { OWNER, setUp, signIn } from './users.ts';

await inBrowser('a first start', {}, (seen) => {
  test('the link that the start prints makes the first user, who is signed in, and is told whether what they see is live', async () => {
    const page = await seen.browser.person(seen.url);
    await setUp(page, seen.h.tocsin.setupLink ?? '');
    await page.getByRole('status').filter({ hasText: 'Live' }).waitFor();
    expect(page.url()).toBe(`${seen.url}/`);
  });

  test('the link opens once', async () => {
    seen.expects(/^(401|403|404|409|410): POST .*\/setup/);
    const page = await seen.browser.person(seen.url);
    await page.goto(seen.h.tocsin.setupLink ?? '');
    await page.getByLabel('Your name').fill('Second');
    await page.getByLabel('E-mail').fill('second@example.com');
    await page.getByRole('textbox', { name: 'Password' }).fill(OWNER.password);
    await page.getByRole('button', { name: 'Go on' }).click();
    expect(await page.getByRole('alert').textContent()).toMatch(/link/);
  });

  test('a wrong password is said, the right one opens; whoever signs out is asked again', async () => {
    // A stranger asks who they are, and hears that they are nobody.
    seen.expects(/^401: GET .*\/me$/, /^401: POST .*\/sign-in\/password$/);
    const page = await seen.browser.person(seen.url);
    await page.goto('/');
    await page.getByLabel('E-mail').fill(OWNER.email);
    await page.getByRole('textbox', { name: 'Password' }).fill('not the password');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('alert').waitFor();
    await signIn(page);
    await page.getByRole('button', { name: `You are ${OWNER.name}` }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await page.getByRole('button', { name: 'Sign in' }).waitFor();
  });

  test('an address that is opened by a stranger is shown once they have signed in', async () => {
    seen.expects(/^401: GET .*\/me$/);
    const page = await seen.browser.person(seen.url);
    await page.goto('/schedules/nobody');
    await page.getByLabel('E-mail').fill(OWNER.email);
    await page.getByRole('textbox', { name: 'Password' }).fill(OWNER.password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('heading', { name: 'Nobody', level: 1 }).waitFor();
  });
});
