import { rm } from 'node:fs/promises';
import { createLogger, startTracing } from '@tocsin/platform';
import { runDrill } from './drill/run-drill.ts';
import { claimDataDir } from './engines/index.ts';
import { parseOptions, type StartOptions, usage } from './options.ts';
import { failPlainly } from './steps/fail-plainly.ts';
import { type System, startSystem } from './system.ts';

const log = (line: string) => console.log(line);

/** Resolves with why it is time to stop. The second Ctrl-C ends at once: each engine's guard ends its engine. */
function waitForEnd(): { ended: Promise<string>; end(reason: string): void } {
  const { promise, resolve } = Promise.withResolvers<string>();
  let asked = false;
  const ask = () => {
    if (asked) process.exit(130);
    asked = true;
    resolve('');
  };
  process.on('SIGINT', ask);
  process.on('SIGTERM', ask);
  // Whoever started us was killed.
  process.on('disconnect', ask);
  process.channel?.unref();
  return { ended: promise, end: resolve };
}

async function main(options: StartOptions): Promise<number> {
  const { ended, end } = waitForEnd();
  if (options.reset) await reset(options.dataDir);
  const tracing = await startTracing('tocsin', createLogger('tracing', options.logLevel));
  const starting = startSystem(options, log, end);
  const first = await Promise.race([starting, ended]);
  if (typeof first === 'string') {
    // Stopped while it started: what is half up comes all the way up first, so that it can be stopped in order.
    log('stopping');
    await starting.then((system) => system.stop()).catch(() => undefined);
    return first === '' ? 130 : fail(first);
  }
  const outcome = options.once ? await Promise.race([runDrill(first, log), ended]) : await serve(first, ended);
  log('stopping');
  await first.stop();
  await tracing.stop();
  if (options.once) await rm(options.dataDir, { recursive: true, force: true });
  return outcome === '' ? 0 : fail(outcome);
}

async function serve(system: System, ended: Promise<string>): Promise<string> {
  for (const line of welcome(system)) log(line);
  return ended;
}

function welcome({ engines, tocsin, organisation }: System): string[] {
  const body = JSON.stringify({
    action: 'trigger',
    dedup_key: 'db-17',
    severity: 'critical',
    title: 'db-17 unreachable',
  });
  const ingestion = `http://127.0.0.1:${tocsin.ports.ingestion}/v1/in/${organisation.key}`;
  return [
    '',
    `Tocsin runs. The organisation is ${organisation.name}.`,
    '',
    `  console     http://127.0.0.1:${tocsin.ports.gateway}/`,
    `  phones      http://127.0.0.1:${tocsin.ports.carrier}/`,
    ...(engines.temporalUiUrl ? [`  workflows   ${engines.temporalUiUrl}`] : []),
    `  alerts      ${ingestion}`,
    `  metrics     http://127.0.0.1:${tocsin.ports.analytics}/metrics`,
    '',
    'Send an alert, and see whose phone rings:',
    '',
    `  curl -H 'content-type: application/json' -d '${body}' ${ingestion}`,
    '',
    ...(tocsin.setupLink ? ['Make the first user, once, within a day:', '', `  ${tocsin.setupLink}`, ''] : []),
    'Ctrl-C stops everything; the data stay.',
  ];
}

async function reset(dataDir: string): Promise<void> {
  const release = await claimDataDir(dataDir, log);
  await release();
  await rm(dataDir, { recursive: true, force: true });
}

function fail(reason: string): number {
  console.error(`tocsin: ${reason}`);
  return 1;
}

await failPlainly(async () => {
  const options = parseOptions(process.argv.slice(2));
  if (!options.help) return main(options);
  log(usage);
  return 0;
});
