import { buildConsole, type Chromium } from '@tocsin/local';
import type { Page } from 'playwright-core';
import { openBrowser, type TestBrowser } from '../../browser/browser.ts';
import { EXAMPLE_YAML } from '../../browser/example.ts';
import { setUp } from '../../browser/users.ts';
import { type Harness, startHarness } from '../../harness/harness.ts';

/** The product as `npm start` runs it, with its example, and somebody who is signed in before its console. */
export interface Visit {
  h: Harness;
  browser: TestBrowser;
  page: Page;
  url: string;
}

export async function withVisit<T>(chromium: Chromium, work: (visit: Visit) => Promise<T>): Promise<T> {
  const consoleDir = await buildConsole(() => undefined);
  const h = await startHarness({ yaml: EXAMPLE_YAML, tocsin: { consoleDir } });
  const stops: (() => Promise<unknown>)[] = [() => h.stop()];
  try {
    const browser = await openBrowser(chromium);
    stops.unshift(() => browser.stop());
    const url = `http://127.0.0.1:${h.tocsin.ports.gateway}`;
    const page = await browser.person(url);
    await setUp(page, h.tocsin.setupLink ?? '');
    return await work({ h, browser, page, url });
  } finally {
    for (const stop of stops) await stop();
  }
}

/**
 * The instants before `act` and when `words` stood on the page and were painted, in milliseconds since the epoch. Page and bench read
 * the same clock. Throws where they stood there before.
 */
export async function untilPainted(
  page: Page,
  words: string,
  act: () => Promise<unknown>,
): Promise<{ from: number; paintedAt: number }> {
  await page.evaluate(`(() => {
    const isThere = () => document.body.textContent.includes(${JSON.stringify(words)});
    if (isThere()) throw new Error('it stands there already');
    globalThis.painted = new Promise((resolve) => {
      const observer = new MutationObserver(() => {
        if (!isThere()) return;
        observer.disconnect();
        // When the second frame begins, the first was painted.
        requestAnimationFrame(() => requestAnimationFrame(() => resolve(Date.now())));
      });
      observer.observe(document.body, { childList: true, subtree: true, characterData: true });
    });
  })()`);
  const from = Date.now();
  await act();
  return { from, paintedAt: await page.evaluate<number>('globalThis.painted') };
}

/** Milliseconds from the navigation to the first paint with something in it, in a browser that has nothing of it yet. */
export async function firstPaint({ browser, page }: Visit, url: string): Promise<{ paintedMs: number; page: Page }> {
  const fresh = await browser.person(url);
  await fresh.context().addCookies(await page.context().cookies());
  await fresh.goto(url);
  const paintedMs = await fresh.evaluate<number>(`new Promise((resolve) => {
    new PerformanceObserver((list) => {
      for (const { name, startTime } of list.getEntries()) if (name === 'first-contentful-paint') resolve(startTime);
    }).observe({ type: 'paint', buffered: true });
  })`);
  return { paintedMs, page: fresh };
}
