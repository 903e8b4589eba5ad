import { createHash } from 'node:crypto';
import { type PushAddress, parsePushAddress } from '@tocsin/domain';
import type { Organisation, Person, RuleDefinition } from './organisation.ts';

/** A browser that somebody receives pages on: a contact method of theirs that the browser itself makes, and keeps up to date. */
export interface Device {
  personId: string;
  /** Of the contact method: see `methodIdOf`. */
  methodId: string;
  address: string;
  name: string;
}

type Methods = Person['contactMethods'];

/**
 * The id of a device's contact method. It is made from whose it is as well: a device id can be seen by others, and with it nobody takes
 * what is somebody else's.
 */
export function methodIdOf(personId: string, deviceId: string): string {
  return `push-${createHash('sha256').update(`${personId}|${deviceId}`).digest('hex').slice(0, 16)}`;
}

/**
 * The organisation with the device. Whoever had its subscription before has it no more: a browser pages one person. Where the person has
 * rules for what is urgent, a new device is one more of them, at once; without rules it is used anyway.
 */
export function withDevice(whole: Organisation, device: Device): Organisation {
  const { personId, methodId, address, name } = device;
  const endpoint = endpointOf(address);
  const people = whole.people.map((person) => {
    const isOld = (one: Methods[number]) =>
      one.channel === 'push' && one.id !== methodId && endpointOf(one.address) === endpoint;
    const left = withoutMethods(person, isOld);
    if (person.id !== personId) return left;
    const method = { id: methodId, channel: 'push' as const, address, name };
    const at = left.contactMethods.findIndex((one) => one.id === methodId);
    if (at >= 0) return { ...left, contactMethods: left.contactMethods.with(at, method) };
    return { ...left, contactMethods: [...left.contactMethods, method], rules: withRule(left.rules, methodId) };
  });
  return { ...whole, people };
}

export function withoutDevice(whole: Organisation, { personId, methodId }: Pick<Device, 'personId' | 'methodId'>) {
  const people = whole.people.map((person) =>
    person.id === personId ? withoutMethods(person, (one) => one.id === methodId) : person,
  );
  return { ...whole, people };
}

/** What is wanted, with the devices that people made themselves: a file knows nothing of those, so it takes none away. */
export function keepDevices(present: Organisation | null, wanted: Organisation): Organisation {
  const before = new Map(present?.people.map((one) => [one.id, one]));
  const named = new Set(wanted.people.flatMap((one) => one.contactMethods.map(({ id }) => id)));
  const taken = new Set(
    wanted.people.flatMap((one) => one.contactMethods.map(({ address }) => endpointOf(address)).filter(Boolean)),
  );
  const people = wanted.people.map((person) => {
    const known = before.get(person.id);
    const kept = (known?.contactMethods ?? []).filter(
      ({ id, channel, address }) => channel === 'push' && !named.has(id) && !taken.has(endpointOf(address)),
    );
    if (!known || kept.length === 0) return person;
    const contactMethods = [...person.contactMethods, ...kept];
    const rules = { high: rulesWith(person, known, 'high', kept), low: rulesWith(person, known, 'low', kept) };
    return { ...person, contactMethods, rules };
  });
  return { ...wanted, people };
}

/** The file's rules and those of what is kept. Without any in the file, everything is used anyway: a rule would be the only one. */
function rulesWith(person: Person, known: Person, urgency: 'high' | 'low', kept: Methods): RuleDefinition[] {
  const own = person.rules[urgency];
  if (own.length === 0) return own;
  const before = known.rules[urgency].filter((one) => kept.some(({ id }) => id === one.contactMethodId));
  // It was used without a rule, and would not be any more.
  const unruled = known.rules[urgency].length === 0 && urgency === 'high' ? kept.map(({ id }) => atOnce(id)) : [];
  return [...own, ...before, ...unruled];
}

function withoutMethods(person: Person, isGone: (method: Methods[number]) => boolean): Person {
  const gone = person.contactMethods.filter(isGone).map(({ id }) => id);
  if (gone.length === 0) return person;
  const isOther = ({ contactMethodId }: RuleDefinition) => !gone.includes(contactMethodId);
  return {
    ...person,
    contactMethods: person.contactMethods.filter(({ id }) => !gone.includes(id)),
    // A rule is for a contact method, and goes with it.
    rules: { high: person.rules.high.filter(isOther), low: person.rules.low.filter(isOther) },
  };
}

function withRule(rules: Person['rules'], methodId: string): Person['rules'] {
  return rules.high.length === 0 ? rules : { ...rules, high: [...rules.high, atOnce(methodId)] };
}

function atOnce(contactMethodId: string): RuleDefinition {
  return { contactMethodId, delayMs: 0, repeats: 0, repeatEveryMs: 0 };
}

/** Empty for what is no subscription (any more). */
function endpointOf(address: string): string {
  const parsed: PushAddress | string = parsePushAddress(address);
  return typeof parsed === 'string' ? '' : parsed.endpoint;
}
