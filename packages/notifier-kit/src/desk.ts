import { type Logger, resumeSpan, until } from '@tocsin/platform';
import type { Decision, StoredAnswer } from './answers/answer-store.ts';
import type { Answers } from './answers/carry-answers.ts';
import { protoChannel } from './channel.ts';
import type { OwnedKey } from './key.ts';
import type { Kit } from './kit.ts';
import type { Attempt, LedgerRow, StoredWords } from './ledger/row.ts';
import { reach } from './reach.ts';
import { type ReceiptNews, takeReceipt } from './receipts.ts';
import type { ReplyLimit } from './reply-limit.ts';
import { showDecision } from './revise.ts';
import { hashToken } from './tokens.ts';

const ROSTER_TIMEOUT_MS = 2_000;
/** A carrier brings a message once, and waits 15 s for what to reply: most of that is the roster's, to come back in. */
const ROSTER_PATIENCE_MS = 7_000;
const ASK_AGAIN_MS = 150;

/** One of our notifications, as a webhook needs it. */
export interface Sent {
  key: OwnedKey;
  words: StoredWords;
  withdrawn: boolean;
  possibleRepeat: boolean;
  /** Who took it; where it was found by its code, who was asked last. */
  provider: string;
}

/** Somebody's contact method. */
export interface Holder {
  organisationId: string;
  personId: string;
  contactMethodId: string;
}

/** What a channel's webhooks work with: what came from outside, in our terms. */
export interface Desk {
  log: Logger;
  /** Where providers reach us, without a slash at the end. */
  publicUrl(): string;
  receipt(token: string, news: ReceiptNews): Promise<void>;
  /** The notification whose callback address carries this token; null where we sent none. */
  byToken(token: string): Promise<Sent | null>;
  /** Pages with this code. Contact methods are few and codes are many: mostly none or one. */
  byCode(code: string): Promise<Sent[]>;
  answer(
    answer: Pick<StoredAnswer, '_id' | 'key' | 'answer' | 'reason'>,
    stored?: () => void,
  ): Promise<Decision | null>;
  /** The message of this attempt's page says what was decided on an answer that was given at it. */
  showDecision(token: string, decision: Decision | null): Promise<void>;
  /** Work that whoever called us does not wait for. */
  later(name: string, work: () => Promise<unknown>): void;
  /** Whose address this is, in all organisations. A roster that is silent is asked again, for a while. */
  whoHas(address: string): Promise<Holder[]>;
  /** The display name of a person, empty where the roster does not say. */
  nameOf(key: OwnedKey, personId: string): Promise<string>;
  replyLimit: ReplyLimit;
}

export function createDesk(kit: Kit, answers: Answers, replyLimit: ReplyLimit, publicUrl: () => string): Desk {
  return {
    log: kit.log,
    publicUrl,
    replyLimit,
    receipt: (token, news) => takeReceipt(kit, token, news),
    async byToken(token) {
      const tokenHash = hashToken(token);
      const row = await kit.ledger.findByToken(tokenHash);
      const attempt = row?.attempts.find((one) => one.tokenHash === tokenHash);
      return row && attempt ? toSent(row, attempt) : null;
    },
    byCode: async (code) =>
      (await kit.ledger.findByCode(code)).map((row) => ({
        ...toSent(row, row.attempts.at(-1)),
        possibleRepeat: false,
      })),
    async answer(answer, stored) {
      const at = new Date();
      // Whoever answers, however late: it is of the trace of the alert. Without its row it is of the webhook's.
      const row = await kit.ledger.find(answer.key.id).catch(() => null);
      const attributes = { 'tocsin.channel': kit.channel, 'tocsin.answer': answer.answer };
      const spec = { scope: kit.telemetry.service, name: 'take answer', kind: 'consumer', attributes } as const;
      return resumeSpan(row?.trace, spec, () => answers.give({ ...answer, at }, stored));
    },
    async showDecision(token, decision) {
      const row = await kit.ledger.findByToken(hashToken(token));
      if (row) await showDecision(kit, row, decision);
    },
    later: (name, work) => kit.background.run(name, work),
    async whoHas(address) {
      const request = { channel: protoChannel(kit.channel), address };
      const { contactMethods } = await until(
        () => kit.roster.findByAddress(request, { timeoutMs: ROSTER_TIMEOUT_MS }),
        { timeoutMs: ROSTER_PATIENCE_MS, everyMs: ASK_AGAIN_MS, what: 'the roster to say whose address it is' },
      );
      return contactMethods;
    },
    async nameOf(key, personId) {
      if (personId === '') return '';
      try {
        return (await reach(kit.roster, key, personId, ROSTER_TIMEOUT_MS)).nameOf(personId);
      } catch (err) {
        kit.log.warn({ err, notification: key.id }, 'roster gave no name');
        return '';
      }
    },
  };
}

function toSent(row: LedgerRow, attempt: Attempt | undefined): Sent {
  const { key, words, withdrawnAt } = row;
  const { possibleRepeat = false, provider = '' } = attempt ?? {};
  return { key, words, withdrawn: withdrawnAt !== null, possibleRepeat, provider };
}
