import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { buildConsole } from './console.ts';
import { type Engines, portTaken, SetupError, startEngines } from './engines/index.ts';
import { type Ports, portOption, type StartOptions } from './options.ts';
import { type LoadedOrganisation, loadOrganisation, readOrganisation } from './organisation.ts';
import { defaultServicePorts, type ServicePorts } from './ports.ts';
import { newVapidKeys, type VapidKeys } from './push/index.ts';
import { createTocsin, type Tocsin } from './tocsin.ts';

/** Engines, services and the organisation's people: everything that `npm start` starts. */
export interface System {
  engines: Engines;
  tocsin: Tocsin;
  organisation: LoadedOrganisation;
  stop(): Promise<void>;
}

/** Starts everything, telling each step. Leaves nothing running when it throws. */
export async function startSystem(
  options: StartOptions,
  log: (line: string) => void,
  onDeath: (sentence: string) => void,
): Promise<System> {
  await requirePorts(options.ports);
  const organisationFile = await readOrganisation(options.organisation);
  const { dataDir, ports, logLevel } = options;
  // A drill is shown here, and nobody opens a browser.
  const consoleDir = options.once ? undefined : await buildConsole(log);
  const engines = await startEngines({ dataDir, ports, log, onDeath });
  try {
    const tocsin = await createTocsin({
      natsUrl: engines.natsUrl,
      mongoUrl: engines.mongoUrl,
      temporalAddress: engines.temporalAddress,
      namespace: engines.namespace,
      ports,
      logLevel,
      rosterMasterKey: await kept(path.join(dataDir, 'roster.key'), newMasterKey),
      gatewayMasterKey: await kept(path.join(dataDir, 'gateway.key'), newMasterKey),
      webhooksMasterKey: await kept(path.join(dataDir, 'webhooks.key'), newMasterKey),
      vapid: JSON.parse(
        await kept(path.join(dataDir, 'vapid.json'), () => JSON.stringify(newVapidKeys())),
      ) as VapidKeys,
      organisationId: organisationFile.id,
      ...(consoleDir === undefined ? {} : { consoleDir }),
    });
    log('starting the services');
    await tocsin.start();
    try {
      const organisation = await loadOrganisation(tocsin, organisationFile, path.join(dataDir, 'organisation.applied'));
      const stop = async () => {
        await tocsin.stop();
        await engines.stop();
      };
      return { engines, tocsin, organisation, stop };
    } catch (error) {
      await tocsin.stop();
      throw error;
    }
  } catch (error) {
    await engines.stop();
    throw error;
  }
}

async function requirePorts(ports: Ports): Promise<void> {
  for (const name of Object.keys(defaultServicePorts) as (keyof ServicePorts)[]) {
    if (ports[name] === 0 || !(await portTaken(ports[name]))) continue;
    throw new SetupError(
      `port ${ports[name]} is taken: end what uses it, or choose another with ${portOption(name)} <port>`,
    );
  }
}

/** What is in the data was encrypted with such a key, and browsers have subscribed to one: they live as long as the data do. */
async function kept(file: string, make: () => string): Promise<string> {
  const found = await readFile(file, 'utf8').catch(() => undefined);
  if (found) return found.trim();
  const key = make();
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, `${key}\n`, { mode: 0o600, flag: 'wx' });
  return key;
}

function newMasterKey(): string {
  return randomBytes(32).toString('base64');
}
