import { currentTrace, toTocsinError } from '@tocsin/platform';
import type { ClientSession } from 'mongodb';
import type { Audit } from '../audit/audit.ts';
import type { Actor, NewEntry } from '../audit/entry.ts';
import type { Principal } from '../auth/principal.ts';

/** What an operation says of its change; who, when and what it was asked as is known already. */
export interface Said {
  target: { kind: string; id: string };
  /** Names of the fields that changed. */
  fields?: string[];
}

/** Who acts where nobody is signed in yet, and in which organisation. */
export interface Stranger {
  actor: Actor;
  organisationId: string;
}

/** An operation's hand on the audit. */
export interface AuditTrail {
  /**
   * A change of our own store with its entry: both or neither. `work` may run more than once; where it says nothing, nothing was changed.
   */
  change<T>(work: (tx: ClientSession) => Promise<{ result: T; said?: Said }>, stranger?: Stranger): Promise<T>;
  /**
   * A change that another service makes: written before it is asked for, so that none is without an entry, and again with the
   * outcome. `fieldsOf` names what changed where only the answer knows.
   */
  around<T>(said: Said, work: () => Promise<T>, fieldsOf?: (result: T) => string[]): Promise<T>;
  /** How many entries were written. */
  readonly written: number;
}

export function createAuditTrail(audit: Audit, action: string, principal: Principal | undefined, clock: () => number) {
  let written = 0;

  function entryOf({ target, fields = [] }: Said, who: Stranger, rest: Partial<NewEntry> = {}): NewEntry {
    return {
      organisationId: who.organisationId,
      at: new Date(clock()).toISOString(),
      actor: who.actor,
      action,
      target,
      fields,
      outcome: 'done',
      askedAt: null,
      code: null,
      traceId: currentTrace()?.traceId ?? null,
      ...rest,
    };
  }

  function known(): Stranger {
    if (!principal) throw new Error(`${action}: nobody is signed in, so the change must say who acts`);
    const { kind, id, role, organisationId } = principal;
    return { actor: { kind, id, role }, organisationId };
  }

  const trail: AuditTrail = {
    async change(work, stranger) {
      const who = stranger ?? known();
      let wrote = false;
      const result = await audit.change(who.organisationId, async (tx) => {
        const made = await work(tx);
        wrote = made.said !== undefined;
        return made.said ? { result: made.result, entry: entryOf(made.said, who) } : { result: made.result };
      });
      if (wrote) written += 1;
      return result;
    },
    async around(said, work, fieldsOf) {
      const who = known();
      const asked = await audit.append(entryOf(said, who, { outcome: 'asked' }));
      written += 1;
      const askedAt = asked.position;
      let result: Awaited<ReturnType<typeof work>>;
      try {
        result = await work();
      } catch (error) {
        await audit.append(entryOf(said, who, { outcome: 'failed', askedAt, code: toTocsinError(error).code }));
        throw error;
      }
      const fields = fieldsOf ? { fields: fieldsOf(result) } : {};
      await audit.append(entryOf(said, who, { outcome: 'done', askedAt, ...fields }));
      return result;
    },
    get written() {
      return written;
    },
  };
  return trail;
}
