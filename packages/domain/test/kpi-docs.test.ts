import { readFile } from 'node:fs/promises';
import { expect, test } from '@jest/globals';
import { KPIS } from '../src/index.ts';

test('the page about KPIs says of each what the catalogue says', async () => {
  const page = await readFile(new URL('../../../docs/kpis.md', import.meta.url), 'utf8');
  const plain = (text: string) => text.replaceAll(/\s+/g, ' ');
  const rows = plain(page);
  for (const { id, title, starts, ends, source, link, dimensions } of KPIS) {
    const what = ends === '' ? starts : `${starts} → ${ends}`;
    expect(rows).toContain(plain(`| \`${id}\` | ${title} | ${what} | ${source} | ${dimensions.join(', ')} |`));
    if (link !== null) expect(page).toContain(`](${link})`);
    expect({ id, link: link !== null }).toEqual({ id, link: !source.startsWith('Our own') });
  }
});
