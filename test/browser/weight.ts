import { gzipSync } from 'node:zlib';
import type { Page } from 'playwright-core';

/** Scripts that were loaded since the page was opened, and how many bytes each is with gzip: what a phone has to fetch. */
export async function packedScripts(page: Page): Promise<Map<string, number>> {
  const addresses = await page.evaluate<string[]>(
    `performance.getEntriesByType('resource').map(({ name }) => name).filter((name) => name.endsWith('.js'))`,
  );
  const sizes = await Promise.all(
    addresses.map(async (address): Promise<[string, number]> => {
      const response = await fetch(address);
      if (!response.ok) throw new Error(`${address} answered ${response.status}`);
      return [address, gzipSync(Buffer.from(await response.arrayBuffer()), { level: 9 }).byteLength];
    }),
  );
  return new Map(sizes);
}

/** What the first screen may weigh at most. */
export const MOST_SCRIPT_BYTES = 200_000;
