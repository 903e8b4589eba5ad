import { mkdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';

const FOLDER = fileURLToPath(new URL('../../docs/screenshots', import.meta.url));
const isWritten = process.env.TOCSIN_WRITE_SCREENSHOTS === '1';
/** A README is read over bad lines too. */
const MOST_BYTES = 150_000;

/** Writes what is shown into the docs, where TOCSIN_WRITE_SCREENSHOTS=1 asks for that. */
export async function shoot(page: Page, name: string): Promise<void> {
  if (!isWritten) return;
  await mkdir(FOLDER, { recursive: true });
  const file = path.join(FOLDER, `${name}.png`);
  await page.mouse.move(0, 0);
  await page.evaluate('document.activeElement?.blur()');
  await page.screenshot({ path: file, animations: 'disabled' });
  const { size } = await stat(file);
  if (size >= MOST_BYTES) throw new Error(`${file} has ${size} bytes: a README's picture has at most ${MOST_BYTES}`);
}
