import path from 'node:path';
import { parseArgs } from 'node:util';
import { defaultEnginePorts, type EnginePorts, SetupError, tocsinDir } from './engines/index.ts';
import { defaultServicePorts, type ServicePorts } from './ports.ts';

export type Ports = EnginePorts & ServicePorts;

export interface StartOptions {
  help: boolean;
  /** Fire one drill, print what became of it, and end. */
  once: boolean;
  /** Throw away what earlier runs stored. */
  reset: boolean;
  dataDir: string;
  ports: Ports;
  /** The organisation's file. */
  organisation: string;
  logLevel: string;
}

const defaults: Ports = { ...defaultServicePorts, ...defaultEnginePorts };

/** `temporalUi` is `--port-temporal-ui`. */
export function portOption(name: string): string {
  return `--port-${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

export const usage = `Usage: npm start -- [options]

Starts Tocsin on this machine: engines, all services, and a wall of simulated phones.

  --once                   fire one drill alert, show its way to an answer, and end
  --reset                  throw away what earlier runs stored
  --data <folder>          where the data are (.tocsin/data)
  --organisation <file>    people, schedules and policies (deploy/examples/organisation.yaml)
  --log-level <level>      debug, info, warn, error (error)
${Object.entries(defaults)
  .map(([name, port]) => `  ${`${portOption(name)} <port>`.padEnd(25)}${port}`)
  .join('\n')}
  --help                   this text

With --once, ports and folder are any free ones unless they are given.
Engines that run already are used where NATS_URL, MONGODB_URL or TEMPORAL_ADDRESS name them.`;

/** @throws SetupError that names the option. */
export function parseOptions(args: string[]): StartOptions {
  const values = parse(args);
  const once = values.once === true;
  const ports = { ...defaults };
  for (const name of Object.keys(defaults) as (keyof Ports)[]) {
    const given = values[portOption(name).slice(2)];
    if (given !== undefined) ports[name] = parsePort(portOption(name), String(given));
    else if (once) ports[name] = 0;
  }
  const folder = once ? path.join('test', `once-${process.pid}`) : 'data';
  return {
    help: values.help === true,
    once,
    reset: values.reset === true,
    dataDir: path.resolve(String(values.data ?? path.join(tocsinDir, folder))),
    ports,
    organisation: path.resolve(
      String(values.organisation ?? path.join(tocsinDir, '../deploy/examples/organisation.yaml')),
    ),
    logLevel: String(values['log-level'] ?? 'error'),
  };
}

function parse(args: string[]): Record<string, string | boolean | undefined> {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  const portOptions = Object.keys(defaults).map((name) => [portOption(name).slice(2), text] as const);
  const options = { help: flag, once: flag, reset: flag, data: text, organisation: text, 'log-level': text };
  try {
    const { values } = parseArgs({ args, options: { ...options, ...Object.fromEntries(portOptions) } });
    return values as Record<string, string | boolean | undefined>;
  } catch (error) {
    throw new SetupError(`${(error as Error).message.split('\n')[0]} (npm start -- --help lists the options)`);
  }
}

function parsePort(option: string, given: string): number {
  const port = Number(given);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) {
    throw new SetupError(`${option} must be a port from 1 to 65535, not "${given}"`);
  }
  return port;
}
