import { afterAll, afterEach, beforeAll, describe, expect } from '@jest/globals';
import { buildConsole, findChromium, NO_CHROMIUM } from '@tocsin/local';
import { type Harness, type HarnessOptions, startHarness } from '../harness/harness.ts';
import { openBrowser, type TestBrowser } from './browser.ts';

/** The whole product with its console, and a browser before it. */
export interface InBrowser {
  readonly browser: TestBrowser;
  readonly h: Harness;
  /** Of the console. */
  readonly url: string;
  /** Complaints that the running test expects: a refusal that it is about. */
  expects(...patterns: RegExp[]): void;
}

/**
 * Sentences about the product as it is seen in a browser, on one system for all of them. A complaint of a page fails the test in
 * which it is made. Where there is no Chromium they are skipped, which is said.
 */
export async function inBrowser(
  name: string,
  options: HarnessOptions,
  sentences: (seen: InBrowser) => void,
): Promise<void> {
  const chromium = await findChromium();
  if (chromium === undefined) {
    process.stderr.write(`\nSKIPPED, the browser tests of "${name}": ${NO_CHROMIUM}\n\n`);
    describe.skip(`${name} (skipped: ${NO_CHROMIUM})`, () => sentences({} as InBrowser));
    return;
  }
  describe(name, () => {
    let [browser, h]: [TestBrowser?, Harness?] = [];
    let expected: RegExp[] = [];
    beforeAll(async () => {
      const consoleDir = await buildConsole(() => undefined);
      h = await startHarness({ ...options, tocsin: { ...options.tocsin, consoleDir } });
      browser = await openBrowser(chromium);
    }, 120_000);
    afterAll(async () => {
      await browser?.stop();
      await h?.stop();
    });
    afterEach(async () => {
      const patterns = expected;
      expected = [];
      await browser?.leave();
      expect(browser?.complaints(patterns)).toEqual([]);
    });
    sentences({
      get browser() {
        return browser!;
      },
      get h() {
        return h!;
      },
      get url() {
        return `http://127.0.0.1:${h!.tocsin.ports.gateway}`;
      },
      expects: (...patterns) => {
        expected.push(...patterns);
      },
    });
  });
}
