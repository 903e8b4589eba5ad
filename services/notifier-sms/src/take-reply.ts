import { type Desk, type Holder, type Sent, sayDecision } from '@tocsin/notifier-kit';
import { parseReply } from './parse-reply.ts';

const HOW_TO_REPLY = 'Not understood. Reply with the code of the page and 1 to accept or 2 to reject, such as 7F3K1.';

/**
 * Takes a person's message; returns what to reply, or null for silence. A code counts only from an address of the person it was
 * sent to: anybody else, and whoever is not known to us, hears nothing at all.
 */
export async function takeReply(
  desk: Desk,
  message: { id: string; from: string; body: string },
): Promise<string | null> {
  const reply = parseReply(message.body);
  if (reply.kind === 'carrier-keyword') return null;
  const holders = await desk.whoHas(message.from);
  const [holder] = holders;
  if (!holder) {
    desk.log.warn({ message: message.id }, 'message from nobody we know ignored');
    return null;
  }
  if (reply.kind === 'unclear') return unhelpful(desk, holder);
  const pages = await desk.byCode(reply.code);
  const page = belongingTo(holders, pages);
  if (!page) {
    desk.log.warn({ message: message.id, known: pages.length > 0 }, 'message with a code that is not theirs ignored');
    return pages.length > 0 ? null : unhelpful(desk, holder);
  }
  const { key, words } = page;
  const decision = await desk.answer({
    _id: `sms-${message.id}`,
    key,
    answer: reply.answer,
    reason: reply.reason,
  });
  await desk.replyLimit.reset(holder);
  const owner = decision?.outcome === 'taken' ? await desk.nameOf(key, decision.ownerPersonId) : '';
  return `${words.incidentNumber}: ${sayDecision(decision, owner)}.`;
}

/** The page that one of these people was sent; first of all to the phone that answers. */
function belongingTo(holders: Holder[], pages: Sent[]): Sent | undefined {
  const theirs = pages.filter(({ key }) => holders.some((one) => isSamePerson(one, key)));
  const methods = new Set(holders.map((one) => one.contactMethodId));
  return theirs.find(({ key }) => methods.has(key.contactMethodId)) ?? theirs[0];
}

/** Ids are an organisation's own. Where a version does not name organisations, no two have a person of one id. */
function isSamePerson(holder: Holder, { organisationId, personId }: Sent['key']): boolean {
  if (holder.personId !== personId) return false;
  return !organisationId || holder.organisationId === '' || holder.organisationId === organisationId;
}

async function unhelpful(desk: Desk, holder: Holder): Promise<string | null> {
  return (await desk.replyLimit.mayReply(holder)) ? HOW_TO_REPLY : null;
}
