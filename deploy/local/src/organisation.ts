import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { applyOrganisation, type OrganisationFile, parseOrganisation } from '@tocsin/cli';
import { createClient, InvalidInput, type NatsConnection, NotFound, services } from '@tocsin/platform';
import { SetupError } from './engines/index.ts';
import { isPhone, showPhones } from './phones.ts';
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

/** An organisation's file, read and found to be right. */
export interface ReadOrganisation {
  id: string;
  yamlText: string;
  /** As it is named in errors. */
  fileName: string;
}

/** Throws `SetupError` where the file is wrong, before anything is started. */
export async function readOrganisation(file: string): Promise<ReadOrganisation> {
  const yamlText = await readFile(file, 'utf8').catch(() => {
    throw new SetupError(`${file} cannot be read: choose another with --organisation <file>`);
  });
  const fileName = path.relative(process.cwd(), file);
  const { organisation } = plainly(() => parseOrganisation(yamlText, fileName));
  return { id: organisation.id, yamlText, fileName };
}

/**
 * Applies an organisation's file as `tocsin apply` does, once: what people change in it afterwards stays, until the file itself is
 * changed. Puts people's phones on the wall. `appliedFile` remembers what was applied. Throws `SetupError` where it is refused.
 */
export async function loadOrganisation(
  tocsin: Tocsin,
  { id, yamlText, fileName }: ReadOrganisation,
  appliedFile: string,
): Promise<LoadedOrganisation> {
  const { nc } = tocsin;
  const digest = createHash('sha256').update(yamlText).digest('hex');
  const before = await readFile(appliedFile, 'utf8').catch(() => '');
  if (before !== digest || !(await isThere(nc, id))) {
    await applyOrganisation({ nc, yamlText, fileName, dryRun: false }).catch((error: unknown) =>
      plainly(() => {
        throw error;
      }),
    );
    await writeFile(appliedFile, digest);
  }
  const file = plainly(() => parseOrganisation(yamlText, fileName));
  showPhones(tocsin, file);
  return describe(file);
}

/** The store may be another than last time. */
async function isThere(nc: NatsConnection, organisationId: string): Promise<boolean> {
  try {
    await createClient(nc, services.directory).read({ organisationId, kinds: ['policy'], limit: 1 });
    return true;
  } catch (error) {
    if (error instanceof NotFound) return false;
    throw error;
  }
}

/** What is wrong with the file is no bug of ours: it is said in a sentence. */
function plainly<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof InvalidInput) throw new SetupError(error.message);
    throw error;
  }
}

function describe({ organisation, people, integrations }: OrganisationFile): LoadedOrganisation {
  const real = integrations.find((one) => !one.drill);
  const drill = integrations.find((one) => one.drill);
  if (!real || !drill) throw new SetupError('the organisation needs an integration, and another with `drill: true`');
  const phones = people.flatMap((person) =>
    person.contact_methods.filter(({ channel }) => isPhone(channel)).map((method) => ({ person, method })),
  );
  return {
    id: organisation.id,
    name: organisation.name,
    key: real.key,
    drillKey: drill.key,
    names: new Map(phones.map(({ person, method }) => [method.address, person.name])),
    numbers: new Map(phones.map(({ person, method }) => [`${person.id}/${method.id}`, method.address])),
  };
}
