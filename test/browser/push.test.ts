import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { buildConsole, findChromium, NO_CHROMIUM } from '@tocsin/local';
import type { Browser, BrowserContext, CDPSession, Page, Worker } from 'playwright-core';
import { type Harness, startHarness } from '../harness/harness.ts';
import { visit } from '../harness/visitor.ts';
import { launch } from './browser.ts';

const ALERT = { action: 'trigger', dedup_key: 'db-17', severity: 'critical', title: 'db-17 unreachable' };
const IPHONE =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1';
const SOON = { timeout: 20_000 };

interface Seen {
  title: string;
  body: string;
  actions: string[];
}

/**
 * Chromium without its vendor's push service: the subscription is that of a browser of ours at the local push service, and what that opened
 * is handed to the service worker by the DevTools protocol. All else is the console as it is built, in a browser as it is.
 */
const stubs = `
  const taken = () => Number(sessionStorage.getItem('subscriptions') ?? 0);
  const make = (n) => {
    const { endpoint, keys } = SUBSCRIPTIONS[n - 1];
    const options = { userVisibleOnly: true, applicationServerKey: bytes(KEY).buffer };
    return { endpoint, options, toJSON: () => ({ endpoint, keys }), unsubscribe: async () => ((current = null), true) };
  };
  const bytes = (text) => Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (c) => c.charCodeAt(0));
  let current = taken() > 0 ? make(taken()) : null;
  PushManager.prototype.getSubscription = async () => current;
  PushManager.prototype.subscribe = async ({ applicationServerKey }) => {
    if (applicationServerKey !== KEY) throw new Error('subscribed to another key');
    sessionStorage.setItem('subscriptions', taken() + 1);
    current = make(taken());
    return current;
  };
`;

const chromium = await findChromium();
const describeInBrowser = chromium ? describe : describe.skip;
if (!chromium) process.stderr.write(`\nSKIPPED, the browser tests of web push: ${NO_CHROMIUM}\n\n`);

describeInBrowser('the console as an installed app', () => {
  let h: Harness;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let devtools: CDPSession;
  let base: string;
  let registrationId = '';
  const problems: string[] = [];

  beforeAll(async () => {
    const consoleDir = await buildConsole(() => undefined);
    const people = ['ada', 'ben', 'boss'].map((id) => ({ id }));
    h = await startHarness({ people, layers: [['ada'], ['boss']], tryFor: '300s', tocsin: { consoleDir } });
    base = `http://127.0.0.1:${h.tocsin.ports.gateway}`;
    (await visit(h, 'ada')).close();
    browser = await launch(chromium!);
    context = await browser.newContext({ viewport: { width: 390, height: 844 } });
    await context.grantPermissions(['notifications'], { origin: base });
    const signIn = { email: 'owner@example.com', password: 'correct horse battery' };
    await context.request.post(`${base}/api/v1/sign-in/password`, { data: signIn, headers: { origin: base } });
    const subscriptions = ['chromium-1', 'chromium-2'].map((name) => {
      const { endpoint, p256dh, auth } = h.tocsin.push.device(name).subscription;
      return { endpoint, keys: { p256dh, auth } };
    });
    const key = h.tocsin.push.publicKey;
    page = await context.newPage();
    await page.addInitScript(
      `{ const SUBSCRIPTIONS = ${JSON.stringify(subscriptions)}; const KEY = ${JSON.stringify(key)}; ${stubs} }`,
    );
    page.on('pageerror', (error) => problems.push(String(error)));
    page.on('console', (said) => {
      if (said.type() === 'error' && /Content Security Policy|Uncaught/.test(said.text())) problems.push(said.text());
    });
    devtools = await context.newCDPSession(page);
    devtools.on('ServiceWorker.workerRegistrationUpdated', ({ registrations }) => {
      registrationId = registrations.find((one) => one.scopeURL === `${base}/`)?.registrationId ?? registrationId;
    });
    await devtools.send('ServiceWorker.enable');
    await page.goto(`${base}/people/ada`);
  }, 240_000);
  afterAll(async () => {
    await browser?.close();
    await h?.stop();
    expect(problems).toEqual([]);
  }, 60_000);

  const device = () => page.getByRole('region', { name: 'Pages on this device' });
  const worker = async (): Promise<Worker> => {
    const found = () => context.serviceWorkers().find((one) => one.url().startsWith(`${base}/sw.js`));
    return h.until(found, { what: 'the service worker to run' });
  };
  const shown = () =>
    page.evaluate<Seen[]>(`navigator.serviceWorker.ready.then(async (registration) =>
      (await registration.getNotifications()).map(({ title, body, actions }) => ({ title, body, actions: actions.map((one) => one.action) })))`);
  /** What came for the browser since, handed to its service worker in the order in which it came. */
  let handed = 0;
  const handOver = async () => {
    const mine = h.tocsin.push.pushes.filter((one) => one.device.startsWith('chromium-'));
    for (const { text } of mine.slice(handed))
      await devtools.send('ServiceWorker.deliverPushMessage', { origin: base, registrationId, data: text });
    handed = mine.length;
  };
  const soonShown = (what: string, wanted: (all: Seen[]) => boolean) =>
    h.until(
      async () => {
        await handOver();
        return wanted(await shown());
      },
      { what, everyMs: 200 },
    );
  /** An event that a person makes; what it waits for is waited for here, as a made event may not. */
  const happens = async (kind: 'notificationclick' | 'pushsubscriptionchange', action = '') => {
    await (await worker()).evaluate(`(async () => {
      const [notification] = await self.registration.getNotifications();
      const waits = [];
      const event = ${JSON.stringify(kind)} === 'notificationclick'
        ? new NotificationEvent('notificationclick', { notification, action: ${JSON.stringify(action)} })
        : new ExtendableEvent('pushsubscriptionchange');
      Object.defineProperty(event, 'waitUntil', { value: (promise) => waits.push(promise) });
      self.dispatchEvent(event);
      await Promise.all(waits);
    })()`);
  };

  test('can be installed', async () => {
    await worker();
    const manifest = await devtools.send('Page.getAppManifest');
    expect(manifest.errors).toEqual([]);
    expect(JSON.parse(manifest.data ?? '{}')).toMatchObject({ id: '/', start_url: '/', display: 'standalone' });
    const { installabilityErrors } = await devtools.send('Page.getInstallabilityErrors');
    // The one thing that a browser's private window cannot do.
    expect(installabilityErrors.filter(({ errorId }) => errorId !== 'in-incognito')).toEqual([]);
  });

  test('is turned on by one button, and is a contact method with a name from then on', async () => {
    await device().getByText('Pages do not come up here.').waitFor(SOON);
    await device().getByRole('button', { name: 'Turn on' }).click();
    await device().getByText('Pages come up here').waitFor(SOON);
    const name = page.getByRole('textbox', { name: 'Name of the device' });
    await name.waitFor(SOON);
    expect(await name.inputValue()).toMatch(/^Chrome on /);
    await page.getByText('push.tocsin.test', { exact: true }).waitFor(SOON);
  });

  test('shows a page, takes the answer where no session is left, and says what came of it', async () => {
    await h.post(ALERT);
    await soonShown('the page to be shown', (all) => all.some(({ title }) => title === 'CRITICAL INC-1'));
    expect(await shown()).toEqual([
      { title: 'CRITICAL INC-1', body: 'db-17 unreachable', actions: ['accept', 'reject'] },
    ]);
    const cookies = await context.cookies();
    await context.clearCookies();
    await happens('notificationclick', 'accept');
    await context.addCookies(cookies);
    await h.until(async () => (await h.incident()).incident.ownerPersonId === 'ada', { what: 'ada to have it' });
    const { log } = await h.incident();
    expect(log.find(({ kind }) => kind === 'accepted')?.data).toMatchObject({ person: 'ada', channel: 'push' });
    await soonShown('the screen to say so', ([one]) => one?.title === 'INC-1' && one.actions.length === 0);
    expect(log.some(({ data }) => data.channel === 'push' && data.receipt === 'delivered')).toBe(true);
  });

  test('opens the incident where it is touched', async () => {
    await happens('notificationclick');
    await page.waitForURL(`${base}/incidents/INC-1`, SOON);
    await page.getByRole('heading', { name: /db-17 unreachable/ }).waitFor(SOON);
  });

  test('says that it is over once it is', async () => {
    const resolve = { case: 'resolve' as const, value: {} };
    await h.command({ commandId: 'r1', incident: 'INC-1', byPersonId: 'ben', command: resolve });
    await soonShown('the end to be shown', (all) => all.some(({ body }) => /Over|resolved/.test(body)));
  });

  test('a subscription that the browser changes by itself is known at once; one that only the page knows, at the next look', async () => {
    const deviceId = new URL((await worker()).url()).searchParams.get('device');
    const known = async () => {
      const response = await context.request.get(`${base}/api/v1/me/devices/${deviceId}`);
      return ((await response.json()) as { endpointHash: string }).endpointHash;
    };
    const hashOf = (name: string) =>
      createHash('sha256').update(h.tocsin.push.device(name).subscription.endpoint).digest('base64url');
    expect(await known()).toBe(hashOf('chromium-1'));
    const { endpoint, p256dh, auth } = h.tocsin.push.device('chromium-3').subscription;
    const subscription = JSON.stringify({ endpoint, keys: { p256dh, auth } });
    await (await worker()).evaluate(
      `PushManager.prototype.subscribe = async () => ({ toJSON: () => (${subscription}) }); undefined`,
    );
    await happens('pushsubscriptionchange');
    expect(await known()).toBe(hashOf('chromium-3'));
    await page.goto(`${base}/people/ada`);
    await h.until(async () => (await known()) === hashOf('chromium-1'), { what: 'the page to bring its own' });
  });

  test('a subscription that is gone is seen at the next look, and made anew', async () => {
    h.tocsin.push.unsubscribe('chromium-1');
    await h.post({ ...ALERT, dedup_key: 'db-18' });
    await h.until(
      async () => (await h.incident('INC-2')).log.some(({ data }) => data.reason === 'subscription-expired'),
      { what: 'the timeline to say why' },
    );
    const person = () => h.db.collection('rosterPeople').findOne({ id: 'ada' });
    const marked = async () => (await person())?.contactMethods.some(({ goneAt }: { goneAt?: Date }) => goneAt);
    await h.until(marked, { what: 'the device to be marked' });
    await page.goto(`${base}/people/ada`);
    await device().getByText('Pages come up here').waitFor(SOON);
    await h.until(async () => !(await marked()), { what: 'the mark to be gone' });
    await h.post({ ...ALERT, dedup_key: 'db-19' });
    await soonShown('the next page to be shown', (all) => all.some(({ title }) => title === 'CRITICAL INC-3'));
  });

  test('is turned off by one button, and is no contact method any more', async () => {
    await page.goto(`${base}/people/ada`);
    await device().getByRole('button', { name: 'Turn off' }).click();
    await device().getByText('Pages do not come up here.').waitFor(SOON);
    await page.getByRole('textbox', { name: 'Name of the device' }).waitFor({ state: 'detached', ...SOON });
  });

  test('another device that is gone is said on every screen, and can be removed', async () => {
    const { subscription } = h.tocsin.push.device('tablet');
    const { endpoint, p256dh, auth } = subscription;
    const data = { endpoint, keys: { p256dh, auth }, name: 'Tablet in the hall' };
    await context.request.put(`${base}/api/v1/me/devices/tablet-0001`, { data, headers: { origin: base } });
    h.tocsin.push.unsubscribe('tablet');
    await h.post({ ...ALERT, dedup_key: 'db-20' });
    const person = () => h.db.collection('rosterPeople').findOne({ id: 'ada' });
    await h.until(async () => (await person())?.contactMethods.some(({ goneAt }: { goneAt?: Date }) => goneAt), {
      what: 'the device to be marked',
    });
    await page.goto(`${base}/`);
    const notice = page.getByRole('alert').filter({ hasText: 'Tablet in the hall cannot be reached' });
    await notice.waitFor(SOON);
    await notice.getByRole('link').click();
    await page.getByText('no pages since').waitFor(SOON);
    await page.getByRole('button', { name: 'Remove Tablet in the hall' }).click();
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('no pages since').waitFor({ state: 'detached', ...SOON });
    await h.until(async () => (await person())?.contactMethods.length === 2, { what: 'the device to be removed' });
  });

  test.each([
    ['is blocked says how to allow it', {}, 'This browser does not let Tocsin show notifications.'],
    [
      'is an iPhone’s says that it has to be on the home screen',
      { userAgent: IPHONE },
      'tap Share, “Add to Home Screen”',
    ],
  ])('a browser that %s', async (_, options, words) => {
    const other = await browser.newContext(options);
    // Whatever is not granted here is refused.
    await other.grantPermissions(['geolocation'], { origin: base });
    await other.addCookies(await context.cookies());
    const theirs = await other.newPage();
    await theirs.goto(`${base}/people/ada`);
    await theirs.getByText(words).waitFor(SOON);
    expect(await theirs.getByRole('button', { name: 'Turn on' }).count()).toBe(0);
    await other.close();
  });

  test('without a connection it says so, and that pages come by phone', async () => {
    await context.setOffline(true);
    await page.goto(`${base}/`).catch(() => undefined);
    await page.getByRole('heading', { name: 'Tocsin cannot be reached' }).waitFor(SOON);
    await context.setOffline(false);
  });
});
