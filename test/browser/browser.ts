import type { Chromium } from '@tocsin/local';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';

/** As a page is looked at. */
export interface Look {
  /** CSS pixels: a desk where absent, 390 is a phone. */
  width?: number;
  height?: number;
  colorScheme?: 'light' | 'dark';
}

/** One browser, in which each person has cookies of their own. */
export interface TestBrowser {
  /** Somebody who sits down before a fresh browser. Paths that they open are of `baseUrl`. */
  person(baseUrl: string, look?: Look): Promise<Page>;
  /**
   * What pages complained of since the last look, other than what is expected: errors of scripts and on the console (what the
   * content security policy forbids is among them), refused and failed requests.
   */
  complaints(expected?: RegExp[]): string[];
  /** Ends all persons. */
  leave(): Promise<void>;
  stop(): Promise<void>;
}

export const DESK = { width: 1440, height: 900 };
export const PHONE = { width: 390, height: 844 };

export function launch({ executablePath, env }: Chromium): Promise<Browser> {
  return chromium.launch({
    executablePath,
    // Containers have no user namespaces for its sandbox, and little shared memory. All that is opened is our own.
    args: ['--no-sandbox', '--disable-dev-shm-usage'],
    env: { ...process.env, ...env },
  });
}

export async function openBrowser(found: Chromium): Promise<TestBrowser> {
  const browser = await launch(found);
  let complaints: string[] = [];
  let contexts: BrowserContext[] = [];
  const leave = async () => {
    const left = contexts;
    contexts = [];
    await Promise.all(left.map((one) => one.close()));
  };
  return {
    async person(baseURL, { width = DESK.width, height = DESK.height, colorScheme = 'light' } = {}) {
      const viewport = { width, height };
      const where = { locale: 'en-GB', timezoneId: 'Europe/Berlin' };
      // What does not move can be looked at at once.
      const context = await browser.newContext({ baseURL, viewport, colorScheme, reducedMotion: 'reduce', ...where });
      contexts.push(context);
      context.setDefaultTimeout(15_000);
      const page = await context.newPage();
      listen(page, (complaint) => complaints.push(complaint));
      return page;
    },
    complaints(expected = []) {
      const found = complaints.filter((one) => !expected.some((pattern) => pattern.test(one)));
      complaints = [];
      return found;
    },
    leave,
    async stop() {
      await leave();
      await browser.close();
    },
  };
}

function listen(page: Page, complain: (complaint: string) => void): void {
  page.on('pageerror', (error) => complain(`error: ${error.message}`));
  page.on('console', (message) => {
    // What a server refused is told below, with its address.
    const isRefusal = message.text().startsWith('Failed to load resource');
    if (message.type() === 'error' && !isRefusal) complain(`console: ${message.text()}`);
  });
  page.on('response', (response) => {
    if (response.status() >= 400) complain(`${response.status()}: ${response.request().method()} ${response.url()}`);
  });
  page.on('requestfailed', (request) => {
    const why = request.failure()?.errorText ?? '';
    // What a page asked for when it was left.
    if (why !== 'net::ERR_ABORTED') complain(`${why}: ${request.method()} ${request.url()}`);
  });
}
