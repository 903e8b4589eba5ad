import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createClient, services } from '@tocsin/platform';
import { startTestEngines, type TestEngines } from '../src/engines/index.ts';
import { loadOrganisation, readOrganisation } from '../src/organisation.ts';
import { createTocsin, type Tocsin } from '../src/tocsin.ts';

const example = fileURLToPath(new URL('../../examples/organisation.yaml', import.meta.url));
const ADA = 'otter';

let engines: TestEngines;
let tocsin: Tocsin;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'tocsin-organisation-'));
  engines = await startTestEngines({ nats: true, mongo: true, temporal: true });
  const { natsUrl, mongoUrl, temporalAddress, namespace } = engines;
  tocsin = await createTocsin({ natsUrl, mongoUrl, temporalAddress, namespace, logLevel: 'silent' });
  await tocsin.start();
}, 60_000);
afterAll(async () => {
  await tocsin?.stop();
  await engines?.stop();
  await rm(folder, { recursive: true, force: true });
});

test('the file is applied once: what people change afterwards stays, until the file or the store is another', async () => {
  const file = await readOrganisation(example);
  const applied = path.join(folder, 'applied');
  expect(await loadOrganisation(tocsin, file, applied)).toMatchObject({ id: 'acme', name: 'Acme Payments' });

  const directory = createClient(tocsin.nc, services.directory);
  const ada = async () => {
    const { organisationJson } = await directory.read({ organisationId: file.id, kinds: ['person'], id: ADA });
    return JSON.parse(organisationJson).people[0] as { name: string };
  };
  const rename = async (name: string) =>
    directory.put({ organisationId: file.id, kind: 'person', itemJson: JSON.stringify({ ...(await ada()), name }) });
  await rename('Ada Brook');
  await loadOrganisation(tocsin, file, applied);
  expect(await ada()).toMatchObject({ name: 'Ada Brook' });

  await loadOrganisation(tocsin, { ...file, yamlText: `${file.yamlText}\n# changed\n` }, applied);
  expect(await ada()).toMatchObject({ name: 'Ada Marsh' });

  await rename('Ada Brook');
  await loadOrganisation(tocsin, file, path.join(folder, 'of-another-store'));
  expect(await ada()).toMatchObject({ name: 'Ada Marsh' });
}, 60_000);
