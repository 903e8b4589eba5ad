import type { OrganisationFile } from '@tocsin/cli';
import { parseChatAddress, parsePushAddress } from '@tocsin/domain';
import { localWorkspaceId } from './accounts.ts';
import type { PhoneApp } from './carrier/index.ts';
import { slackOf } from './chat/index.ts';
import { LOCAL_PUSH, pushOf } from './push/index.ts';
import type { Tocsin } from './tocsin.ts';

/** What stands for the world outside. */
type Outside = Pick<Tocsin, 'carrier' | 'slack' | 'push'>;
type Method = OrganisationFile['people'][number]['contact_methods'][number];

/**
 * Puts people's phones on the wall, with their simulated browser and Slack on the first; on one without a number where they have none.
 * A member whom the file does not know is on such a phone too, once there is something to read.
 */
export function showPhones(outside: Outside, { people }: OrganisationFile): void {
  const { carrier, slack } = outside;
  const members = new Set<string>();
  for (const { id, name, contact_methods } of people) {
    const apps = contact_methods.flatMap((method) => {
      const member = memberOf(method);
      if (member === null) return deviceOf(outside, method) ?? [];
      members.add(member);
      return slackOf(slack, member);
    });
    const numbers = contact_methods.filter(({ channel }) => isPhone(channel)).map(({ address }) => address);
    const phones = numbers.length === 0 && apps.length > 0 ? [id] : numbers;
    carrier.setNames(Object.fromEntries(phones.map((phone) => [phone, name])));
    for (const app of apps) carrier.install(phones[0] ?? id, app);
  }
  const show = (member: string) => {
    if (member === '' || members.has(member)) return;
    members.add(member);
    carrier.install(member, slackOf(slack, member));
  };
  slack.onChange(show);
  for (const { member } of slack.posts) show(member);
}

export function isPhone(channel: string): boolean {
  return channel === 'sms' || channel === 'voice';
}

/** Of the simulated workspace. */
function memberOf({ channel, address }: Method): string | null {
  const parsed = channel === 'chat' ? parseChatAddress(address) : '';
  if (typeof parsed === 'string' || parsed.kind !== 'slack' || parsed.workspace !== localWorkspaceId) return null;
  return parsed.user;
}

function deviceOf({ push }: Outside, { channel, address }: Method): PhoneApp | null {
  const subscription = channel === 'push' ? parsePushAddress(address) : '';
  if (typeof subscription === 'string') return null;
  const { origin, pathname } = new URL(subscription.endpoint);
  return origin === LOCAL_PUSH ? pushOf(push, push.device(pathname.replace(/^\/devices\//, ''))) : null;
}
