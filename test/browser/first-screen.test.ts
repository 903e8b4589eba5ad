import { beforeAll, expect, test } from '@jest/globals';
import { PHONE } from './browser.ts';
import { EXAMPLE_YAML } from './example.ts';
import { inBrowser } from './in-browser.ts';
import { isHome, setUp, signIn } from './users.ts';
import { MOST_SCRIPT_BYTES, packedScripts } from './weight.ts';

const STRANGER = /^401: GET .*\/me$/;

await inBrowser('the first screen', { yaml: EXAMPLE_YAML }, (seen) => {
  beforeAll(async () => {
    await setUp(await seen.browser.person(seen.url), seen.h.tocsin.setupLink ?? '');
    await seen.browser.leave();
  });

  test('needs less than 200 kB of script, which is sent packed, and is not sent again', async () => {
    seen.expects(STRANGER);
    const page = await seen.browser.person(seen.url, PHONE);
    await signIn(page);
    const scripts = await packedScripts(page);
    const weight = [...scripts.values()].reduce((all, one) => all + one, 0);
    expect(weight).toBeGreaterThan(50_000);
    expect(weight).toBeLessThan(MOST_SCRIPT_BYTES);
    // Once more, as whoever comes back.
    const [biggest] = [...scripts].sort((a, b) => b[1] - a[1])[0]!;
    await page.reload();
    await isHome(page);
    const sent = await page.evaluate<{ transferSize: number; encodedBodySize: number; decodedBodySize: number }>(
      `performance.getEntriesByName('${biggest}')[0].toJSON()`,
    );
    expect(sent.transferSize).toBe(0);
    expect(sent.encodedBodySize).toBeLessThan(sent.decodedBodySize / 2);
  });

  test('is itself again once the connection is back, without being asked to', async () => {
    seen.expects(STRANGER, /ERR_CONNECTION|ERR_INTERNET_DISCONNECTED|ERR_NETWORK|ERR_INCOMPLETE_CHUNKED/, /^5\d\d: /);
    const page = await seen.browser.person(seen.url);
    await signIn(page);
    const status = page.getByRole('banner').getByRole('status');
    await status.filter({ hasText: /^Live$/ }).waitFor();
    await seen.h.tocsin.stopService('gateway');
    await status.filter({ hasText: 'Not live: trying again' }).waitFor();
    await seen.h.tocsin.startService('gateway');
    await status.filter({ hasText: /^Live$/ }).waitFor();
  });
});
