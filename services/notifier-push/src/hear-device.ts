import { type Desk, type HeardFromDevice, sayDecision } from '@tocsin/notifier-kit';
import { InvalidInput, NotFound } from '@tocsin/platform';
import { DeviceWord, type HearDeviceRequest } from '@tocsin/proto/notifier/v1';
import { providerIdOf } from './providers/web-push.ts';

/**
 * Takes what a browser says of a page: that it shows it, or an answer. The token came encrypted for this browser alone, and is for this
 * page alone; so no session is asked for, which may have ended at night. Said again, the same answer hears the same decision.
 */
export async function hearDevice(
  desk: Desk,
  { token, word }: Pick<HearDeviceRequest, 'token' | 'word'>,
): Promise<HeardFromDevice> {
  const page = token === '' ? null : await desk.byToken(token);
  if (!page) throw new NotFound('no page is answered with this', { code: 'page-unknown', field: 'token' });
  const { key, words } = page;
  const { incidentNumber } = words;
  if (word === DeviceWord.SHOWN) {
    await desk.receipt(token, { providerId: providerIdOf(token), receipt: 'delivered', ended: true, reason: '' });
    return { incidentNumber, outcome: 'shown', says: '' };
  }
  const answer = word === DeviceWord.ACCEPT ? 'accept' : word === DeviceWord.REJECT ? 'reject' : undefined;
  if (answer === undefined) throw new InvalidInput('is no word of a device', { code: 'word-unknown', field: 'word' });
  if (key.kind !== 'page') throw new NotFound('news asks for no answer', { code: 'page-unknown', field: 'token' });
  const decision = await desk.answer({ _id: `push-${key.id}-${answer}`, key, answer, reason: '' });
  const owner = decision?.outcome === 'taken' ? await desk.nameOf(key, decision.ownerPersonId) : '';
  return { incidentNumber, outcome: decision?.outcome ?? 'noted', says: sayDecision(decision, owner) };
}
