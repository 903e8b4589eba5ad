import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { applyOrganisation, type OrganisationFile, parseOrganisation } from '@tocsin/cli';
import { parseChatAddress, parsePushAddress } from '@tocsin/domain';
import { createClient, InvalidInput, type NatsConnection, NotFound, services } from '@tocsin/platform';
import { SetupError } from './engines/index.ts';
import { LOCAL_PUSH, screenOf } from './push/index.ts';
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
 * changed. Puts names and browsers on the phones. `appliedFile` remembers what was applied. Throws `SetupError` where it is refused.
 */
export async function loadOrganisation(
  tocsin: Tocsin,
  { id, yamlText, fileName }: ReadOrganisation,
  appliedFile: string,
): Promise<LoadedOrganisation> {
  const { nc, carrier, slack } = tocsin;
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
  const loaded = describe(file);
  carrier.setNames(Object.fromEntries(loaded.names));
  slack.setNames(memberNames(file));
  showDevices(tocsin, file);
  return loaded;
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

/** Names by member id, for the simulated workspace. */
function memberNames({ people }: OrganisationFile): Record<string, string> {
  const members = people.flatMap(({ name, contact_methods }) =>
    contact_methods.flatMap(({ channel, address }) => {
      const parsed = channel === 'chat' ? parseChatAddress(address) : '';
      return typeof parsed !== 'string' && parsed.kind === 'slack' ? [[parsed.user, name] as const] : [];
    }),
  );
  return Object.fromEntries(members);
}

/** Each person's simulated browser is on the phone that they have. */
function showDevices({ carrier, push }: Tocsin, { people }: OrganisationFile): void {
  const changed = new Map<string, () => void>();
  push.onChange(({ name }) => changed.get(name)?.());
  for (const { contact_methods } of people) {
    const phone = contact_methods.find(({ channel }) => isPhone(channel));
    for (const { channel, address } of contact_methods) {
      const subscription = channel === 'push' ? parsePushAddress(address) : '';
      if (!phone || typeof subscription === 'string') continue;
      const { origin, pathname } = new URL(subscription.endpoint);
      if (origin !== LOCAL_PUSH) continue;
      const device = push.device(pathname.replace(/^\/devices\//, ''));
      changed.set(device.name, carrier.setScreen(phone.address, screenOf(device)));
    }
  }
}

function isPhone(channel: string): boolean {
  return channel === 'sms' || channel === 'voice';
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
