import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { describeValues, readmeWith } from './values-table.ts';

const chart = (file: string) => fileURLToPath(new URL(`../../charts/tocsin/${file}`, import.meta.url));

const readme = await readFile(chart('README.md'), 'utf8');
await writeFile(chart('README.md'), readmeWith(readme, describeValues(await readFile(chart('values.yaml'), 'utf8'))));
