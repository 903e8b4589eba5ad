import { createHash } from 'node:crypto';
import { parsePushAddress } from '@tocsin/domain';
import { Conflict, InvalidInput, NotFound } from '@tocsin/platform';
import type { PutDeviceRequest, ReadDeviceRequest } from '@tocsin/proto/roster/v1';
import { methodIdOf, withDevice, withoutDevice } from '../../core/devices.ts';
import type { Organisation } from '../../core/organisation.ts';
import { keyOwner, unsealPerson } from '../../crypto/sealed-person.ts';
import { ofPeople } from '../../store/collections.ts';
import type { ApplyDeps } from '../apply.ts';
import { type Edited, edit } from './edit.ts';

type Named = Pick<ReadDeviceRequest, 'organisationId' | 'personId' | 'deviceId'>;
type Put = Pick<PutDeviceRequest, 'address' | 'name'> & Named;

const DEVICE_ID = /^[A-Za-z0-9-]{8,64}$/;
const NAME_AT_MOST = 80;
const METHODS_AT_MOST = 20;

/**
 * Makes a browser a contact method of a person, or brings it up to date: the same device is the same contact method, with the rules that it
 * has. It is proved by itself: only this browser knows its subscription. Throws `InvalidInput` naming the field, `NotFound` for the
 * person, and `Conflict` where they have as many contact methods as anybody may.
 */
export async function putDevice(deps: ApplyDeps, request: Put): Promise<Edited & { id: string }> {
  const { organisationId, personId, address } = request;
  const name = request.name.trim();
  const methodId = methodOf(request);
  const wrong = parsePushAddress(address);
  if (typeof wrong === 'string') throw new InvalidInput(wrong, { code: 'subscription-invalid', field: 'address' });
  if (name === '' || [...name].length > NAME_AT_MOST)
    throw new InvalidInput(`must have 1 to ${NAME_AT_MOST} characters`, { code: 'name-invalid', field: 'name' });
  const work = (present: Organisation) => {
    requirePerson(present, personId);
    const wanted = withDevice(present, { personId, methodId, address, name });
    if (wanted.people.find((one) => one.id === personId)!.contactMethods.length > METHODS_AT_MOST)
      throw new Conflict(`a person has at most ${METHODS_AT_MOST} contact methods: remove one that is not used`, {
        code: 'contact-methods-too-many',
      });
    return wanted;
  };
  const ofMethod = { ...ofPeople(organisationId, [personId]), 'contactMethods.id': methodId };
  const edited = await edit(deps, organisationId, ({ organisation }) => work(organisation), {
    async alsoWrite(session) {
      const proved = { 'contactMethods.$.verifiedAt': new Date() };
      await deps.collections.people.updateOne(ofMethod, { $set: proved }, { session });
    },
  });
  return { ...edited, id: methodId };
}

/** Takes a device from a person, with its rules. Said again, nothing changes. Throws `NotFound` for the person. */
export async function removeDevice(deps: ApplyDeps, request: Named): Promise<Edited & { id: string }> {
  const { organisationId, personId } = request;
  const methodId = methodOf(request);
  const edited = await edit(deps, organisationId, ({ organisation }) => {
    requirePerson(organisation, personId);
    return withoutDevice(organisation, { personId, methodId });
  });
  return { ...edited, id: methodId };
}

/** What is known of a person's device. Throws `NotFound` for the person. */
export async function readDevice(
  { collections, vault }: ApplyDeps,
  request: Named,
): Promise<{ contactMethodId: string; gone: boolean; endpointHash: string; name: string }> {
  const { organisationId, personId } = request;
  const methodId = methodOf(request);
  const filter = ofPeople(organisationId, [personId]);
  const [person, key] = await Promise.all([
    collections.people.findOne({ ...filter, deletedAt: null }),
    collections.keys.findOne(filter),
  ]);
  if (!person || !key) throw unknownPerson();
  const opened = unsealPerson(vault.open(key.wrapped, keyOwner(organisationId, personId)), person);
  const method = opened.contactMethods.find(({ id }) => id === methodId);
  if (!method) return { contactMethodId: '', gone: false, endpointHash: '', name: '' };
  const known = { contactMethodId: methodId, name: method.name ?? '' };
  const parsed = parsePushAddress(method.address);
  if (typeof parsed === 'string') return { ...known, gone: true, endpointHash: '' };
  const endpointHash = createHash('sha256').update(parsed.endpoint).digest('base64url');
  return { ...known, gone: false, endpointHash };
}

function methodOf({ personId, deviceId }: Named): string {
  if (DEVICE_ID.test(deviceId)) return methodIdOf(personId, deviceId);
  throw new InvalidInput('must be 8 to 64 letters, digits or "-"', { code: 'device-id-invalid', field: 'device_id' });
}

function requirePerson({ people }: Organisation, personId: string): void {
  if (!people.some(({ id }) => id === personId)) throw unknownPerson();
}

function unknownPerson(): NotFound {
  return new NotFound('nobody has this id (any more)', { code: 'person-unknown', field: 'person_id' });
}
