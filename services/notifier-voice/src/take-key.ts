import { type Desk, type Sent, sayDecision } from '@tocsin/notifier-kit';
import { capital } from './render-voice.ts';

const ANSWERS: Record<string, 'accept' | 'reject'> = { '1': 'accept', '2': 'reject' };

/**
 * Takes a key pressed in a call; returns the sentence that ends the call, or null where the key answers nothing. The same key
 * in the same call is the same answer: a repeated webhook hears the same decision.
 */
export async function takeKey(
  desk: Desk,
  page: Sent,
  press: { callId: string; digit: string },
): Promise<string | null> {
  const answer = ANSWERS[press.digit];
  if (answer === undefined) return null;
  const { key } = page;
  const decision = await desk.answer({ _id: `voice-${press.callId}-${press.digit}`, key, answer, reason: '' });
  const owner = decision?.outcome === 'taken' ? await desk.nameOf(key, decision.ownerPersonId) : '';
  return `${capital(sayDecision(decision, owner))}. Goodbye.`;
}
