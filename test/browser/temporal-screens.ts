/** Makes the screenshots of docs/operate/temporal-ui.md, on a product of its own: `node test/browser/temporal-screens.ts`. */
import { mkdir, mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { applyOrganisation } from '@tocsin/cli';
import { createTocsin, findChromium, NO_CHROMIUM } from '@tocsin/local';
import { startEngines } from '@tocsin/local/engines';
import { connectMongo, createTemporalClient, sleep, until as waitUntil } from '@tocsin/platform';
import type { Page } from 'playwright-core';
import { workflowBundle } from '../../workflows/worker/bundle.ts';
import { createWorker } from '../../workflows/worker/index.ts';
import { replyTo } from '../harness/answers.ts';
import { launch } from './browser.ts';
import { ADA, EXAMPLE_YAML, MONITORING, SIEM, send } from './example.ts';

const OUT = fileURLToPath(new URL('../../docs/operate/screenshots', import.meta.url));
const MOST_BYTES = 200_000;
const WIDTH = 1440;
/** Pages of Temporal's interface draw themselves in steps, and say nothing when they are done. */
const DRAWN_MS = 4_000;
const SHOWN_MS = 60_000;
const DAY_MS = 86_400_000;

/** Turns that began three days ago: whoever is first in a rotation is on call, whenever this runs. */
const yamlText = EXAMPLE_YAML.replaceAll('2026-01-05', new Date(Date.now() - 3 * DAY_MS).toISOString().slice(0, 10));

const chromium = await findChromium();
if (!chromium) throw new Error(NO_CHROMIUM);
const dataDir = await mkdtemp(path.join(tmpdir(), 'tocsin-screens-'));
const engines = await startEngines({
  dataDir,
  ports: { nats: 0, mongo: 0, temporal: 0, temporalUi: 0 },
  log: (line) => console.error(line),
});
const tocsin = await createTocsin({ ...engines, logLevel: 'silent' });
const browser = await launch(chromium);
const { client, connection } = await createTemporalClient(engines.temporalAddress, engines.namespace);
const store = await connectMongo(engines.mongoUrl);
try {
  await tocsin.start();
  await applyOrganisation({ nc: tocsin.nc, yamlText, fileName: 'organisation.yaml', dryRun: false });
  await mkdir(OUT, { recursive: true });
  const phone = tocsin.carrier.phone(ADA.number);
  const idOf = (title: string) =>
    waitUntil(async () => (await store.db.collection<{ _id: string }>('incidents').findOne({ title }))?._id, {
      timeoutMs: 30_000,
      what: title,
    });
  const alerts = [
    { dedup_key: 'backup', severity: 'low', title: 'A backup is a day old', key: MONITORING },
    { dedup_key: 'stuffing', severity: 'critical', title: 'Credential stuffing', key: SIEM },
    { dedup_key: 'beacon', severity: 'high', title: 'A beacon to a known address', key: SIEM },
  ];
  for (const { key, ...alert } of alerts) {
    await send(tocsin.ports.ingestion, key, alert);
    await idOf(alert.title);
    await sleep(2_000);
    // The second goes on to the next layer; whoever is asked for the third takes it.
    if (alert.dedup_key === 'stuffing') await replyTo(phone, 'reject');
    if (alert.dedup_key === 'beacon') await replyTo(phone, 'accept');
  }
  await sleep(5_000);

  const page = await browser.newPage({ viewport: { width: WIDTH, height: 1400 }, locale: 'en-GB' });
  const at = (place: string) => `${engines.temporalUiUrl}/namespaces/${engines.namespace}/workflows${place}`;
  const query = `TocsinState="open" AND TocsinSeverity="critical"`;
  await shoot(page, at(`?query=${encodeURIComponent(query)}`), 'temporal-list', { shows: 'Running', until: 480 });
  const id = await idOf('Credential stuffing');
  const handle = client.workflow.getHandle(`incident/${id}`);
  const { runId } = await handle.describe();
  const run = `/${encodeURIComponent(handle.workflowId)}/${runId}`;
  await shoot(page, at(`${run}/user-metadata`), 'temporal-details', { shows: 'members firing', until: 720 });
  await shoot(page, at(`${run}/timeline`), 'temporal-timeline', { shows: 'wakes:', below: 'Timeline', until: 1390 });

  await tocsin.stopService('incidents');
  const event = { kind: 'severity', id: 'screen-1', personId: ADA.id, severity: 'high' };
  await handle.signal('event', { event });
  await sleep(20_000);
  await shoot(page, at(`${run}/pending-activities`), 'temporal-activity-fails', { shows: 'nobody serves', until: 700 });
  await tocsin.startService('incidents');

  await tocsin.stopService('worker');
  // A version whose activities have other names cannot live this history.
  const { code } = await workflowBundle();
  const { natsUrl, temporalAddress, namespace: temporalNamespace } = engines;
  const other = createWorker(
    { natsUrl, temporalAddress, temporalNamespace, logLevel: 'silent' },
    { workflowBundle: { code: code.replaceAll('pages.deliver.', 'pages.bring.') } },
  );
  await other.start();
  await handle.signal('event', { event: { kind: 'wake' } });
  await sleep(5_000);
  await shoot(page, at(`${run}/history`), 'temporal-task-fails', {
    shows: 'Nondeterminism',
    below: 'Event History',
    until: 1300,
  });
  await other.stop();
} finally {
  await browser.close();
  await store.client.close();
  await connection.close();
  await tocsin.stop();
  await engines.stop();
  await rm(dataDir, { recursive: true, force: true });
}

/** What is of use is between two heights: paths of this machine, which stack traces show, are not. */
async function shoot(
  page: Page,
  url: string,
  name: string,
  { shows, below, until }: { shows: string; below?: string; until: number },
): Promise<void> {
  await page.goto(url);
  // What is Markdown is in a frame of its own.
  const texts = () => Promise.all(page.frames().map((frame) => frame.textContent('body').catch(() => '')));
  await waitUntil(async () => (await texts()).some((text) => text?.includes(shows)), {
    timeoutMs: SHOWN_MS,
    what: shows,
  });
  await sleep(DRAWN_MS);
  const heading = below && (await page.getByRole('heading', { name: below }).last().boundingBox());
  const from = heading ? Math.floor(heading.y) - 20 : 0;
  const file = path.join(OUT, `${name}.png`);
  await page.screenshot({ path: file, clip: { x: 0, y: from, width: WIDTH, height: until - from } });
  const { size } = await stat(file);
  if (size > MOST_BYTES) throw new Error(`${name}.png has ${size} bytes`);
  console.error(`${name}.png: ${size} bytes`);
}
