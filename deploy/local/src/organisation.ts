import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { applyOrganisation, parseOrganisation } from '@tocsin/cli';
import { SetupError } from './engines/index.ts';
import type { Tocsin } from './tocsin.ts';

/** What the local system says of the organisation that it runs for. */
export interface LoadedOrganisation {
  id: string;
  name: string;
  /** The credential of the first integration that is not for drills. */
  key: string;
  /** The credential of the drill integration. */
  drillKey: string;
  /** A person's name by their phone's number. */
  names: ReadonlyMap<string, string>;
  /** A phone's number by `<person>/<contact method>`. */
  numbers: ReadonlyMap<string, string>;
}

/** Applies an organisation's file as `tocsin apply` does, and puts names on the phones. Throws `SetupError` where it is wrong. */
export async function loadOrganisation({ nc, carrier }: Tocsin, file: string): Promise<LoadedOrganisation> {
  const yamlText = await readFile(file, 'utf8').catch(() => {
    throw new SetupError(`${file} cannot be read: choose another with --organisation <file>`);
  });
  const fileName = path.relative(process.cwd(), file);
  const parsed = parseOrganisation(yamlText, fileName);
  await applyOrganisation({ nc, yamlText, fileName, dryRun: false });
  return parsed as never;
}
