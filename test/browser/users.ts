import type { Page } from 'playwright-core';

/** Who can sign in, beside people who can be paged. */
export interface User {
  name: string;
  email: string;
  password: string;
}

export const OWNER: User = { name: 'Olga Owner', email: 'owner@example.com', password: 'correct horse battery' };

/** Makes the first user by the link that the start prints, as the page says. */
export async function setUp(page: Page, setupLink: string, { name, email, password }: User = OWNER): Promise<void> {
  await page.goto(setupLink);
  await page.getByLabel('Your name').fill(name);
  await page.getByLabel('E-mail').fill(email);
  await page.getByRole('textbox', { name: 'Password' }).fill(password);
  await page.getByRole('button', { name: 'Go on' }).click();
  await isHome(page);
}

/** Signs in by a password, and waits for the first screen. */
export async function signIn(page: Page, { email, password }: User = OWNER): Promise<void> {
  await page.goto('/');
  await page.getByLabel('E-mail').fill(email);
  await page.getByRole('textbox', { name: 'Password' }).fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await isHome(page);
}

/** The API as whoever sits before the page. */
export async function ask<T>(page: Page, method: string, path: string, data?: object, etag?: string): Promise<T> {
  const { origin } = new URL(page.url());
  const headers = { origin, ...(etag === undefined ? {} : { 'if-match': etag }) };
  const response = await page.request.fetch(`${origin}/api/v1${path}`, { method, headers, ...(data ? { data } : {}) });
  if (!response.ok()) throw new Error(`${method} ${path} answered ${response.status()}: ${await response.text()}`);
  return (response.status() === 204 ? undefined : await response.json()) as T;
}

/** Says who of the roster the user before the page is: accepts are theirs. */
export async function becomePerson(page: Page, personId: string): Promise<void> {
  const { id } = await ask<{ id: string }>(page, 'GET', '/me');
  const { origin } = new URL(page.url());
  const seen = await page.request.fetch(`${origin}/api/v1/users/${id}`);
  await ask(page, 'PATCH', `/users/${id}`, { personId }, seen.headers().etag);
  await page.reload();
}

/** Has whoever sits before `admin` invite somebody, who takes the link in `page` and chooses a password. */
export async function invite(admin: Page, page: Page, user: User, personId: string): Promise<void> {
  const { name, email, password } = user;
  const { link } = await ask<{ link: string }>(admin, 'POST', '/users', { name, email, role: 'responder', personId });
  await page.goto(link);
  await page.getByRole('textbox', { name: 'Password' }).fill(password);
  await page.getByRole('button', { name: 'Go on' }).click();
  await isHome(page);
}

/** The first screen is there. */
export async function isHome(page: Page): Promise<void> {
  await page.getByRole('heading', { name: /^(Nothing is open|Nobody has these)$/ }).waitFor();
}
