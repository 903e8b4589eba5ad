import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, expect, test } from '@jest/globals';
import { Ajv, type AnySchemaObject } from 'ajv';
import formats from 'ajv-formats';
import { type BillOfMaterials, billOfMaterials } from '../../deploy/docker/bill-of-materials.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const store = path.join(root, 'node_modules/.pnpm');
const require = createRequire(import.meta.url);
/** CycloneDX's own, as its library brings them. */
const schemas = path.join(path.dirname(require.resolve('@cyclonedx/cyclonedx-library/package.json')), 'res/schema');
const schema = async (name: string): Promise<AnySchemaObject> =>
  JSON.parse(await readFile(path.join(schemas, `${name}.SNAPSHOT.schema.json`), 'utf8'));

let bill: BillOfMaterials;
beforeAll(async () => {
  const { version } = JSON.parse(
    await readFile(path.join(root, 'services/console/node_modules/react/package.json'), 'utf8'),
  );
  bill = await billOfMaterials({ root, store, bundled: [`react@${version}`] });
}, 120_000);

const names = () => bill.components.map(({ group, name }) => (group ? `${group}/${name}` : name));

test('it is what CycloneDX 1.6 says that one is', async () => {
  const ajv = new Ajv({ strict: false, allErrors: true });
  formats.default(ajv);
  // Of later drafts; what they hold is checked by nobody here.
  for (const format of ['iri-reference', 'idn-email']) ajv.addFormat(format, true);
  for (const other of ['spdx', 'jsf-0.82']) {
    const { $id: _id, ...rest } = await schema(other);
    ajv.addSchema(rest, `http://cyclonedx.org/schema/${other}.SNAPSHOT.schema.json`);
  }
  const validate = ajv.compile(await schema('bom-1.6'));
  validate(bill);
  expect(validate.errors).toBeNull();
});

test('it has what runs, and what was built into the console, and nothing of development', () => {
  expect(names()).toEqual(
    expect.arrayContaining(['mongodb', '@temporalio/core-bridge', '@nats-io/nats-core', 'react', 'node']),
  );
  for (const other of ['jest', 'typescript', 'vite', '@biomejs/biome', 'react-dom'])
    expect(names()).not.toContain(other);
});

test('each has a version and a purl, and, from the registry, a hash and a licence', () => {
  const unlicensed: string[] = [];
  for (const one of bill.components) {
    expect(one).toMatchObject({ version: expect.stringMatching(/^\d/), purl: expect.stringMatching(/^pkg:/) });
    if (!one.purl.startsWith('pkg:npm/') || one.purl.startsWith('pkg:npm/%40tocsin/')) continue;
    expect(JSON.stringify(one)).toMatch(/"alg":"SHA-512"/);
    if (!('licenses' in one)) unlicensed.push(one.name);
  }
  // Its own description names none; the file beside it does.
  expect(unlicensed).toEqual(['unionfs']);
});

test('what is depended on is there, once', () => {
  const refs = bill.components.map((one) => one['bom-ref']);
  expect(new Set(refs).size).toBe(refs.length);
  for (const { dependsOn = [] } of bill.dependencies) for (const ref of dependsOn) expect(refs).toContain(ref);
});

test('what was built into the console and is not in the lockfile is no bill', async () => {
  await expect(billOfMaterials({ root, store, bundled: ['unheard-of@1.0.0'] })).rejects.toThrow(/unheard-of@1\.0\.0/);
});
