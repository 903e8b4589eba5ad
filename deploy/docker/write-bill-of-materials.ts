import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { billOfMaterials } from './bill-of-materials.ts';

/** For assemble.mjs: of the tree in the folder that is named, with what was built into the console in the file named after it. */
const [tree = '', bundledFile = ''] = process.argv.slice(2);
const bundled = JSON.parse(await readFile(bundledFile, 'utf8')) as string[];
const root = fileURLToPath(new URL('../..', import.meta.url));
const bill = await billOfMaterials({ root, store: path.join(tree, 'node_modules/.pnpm'), bundled });
await writeFile(path.join(tree, 'bom.cdx.json'), `${JSON.stringify(bill, null, 2)}\n`);
