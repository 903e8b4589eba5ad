import type { RequestKind } from './record.ts';

export type RequestFault =
  /** Takes the request and never answers. */
  | 'hang'
  /** Destroys the socket without doing anything. */
  | 'refuse-connection'
  /** Makes the message or the call, then destroys the socket without answering. */
  | 'take-then-drop'
  /** Answers with this status (and Twilio error code) without doing anything. */
  | { status: number; code?: number }
  /** Works on the request only after this time, even if the client has gone by then. */
  | { delayMs: number };

export type CallbackFault = 'lose-callbacks' | 'duplicate-callbacks';

/**
 * What becomes of what was taken: a message is sent and ends as `undelivered` with this error code, a call ends as `failed`
 * without ringing.
 */
export interface FateFault {
  failsWith: number;
}

/** What goes wrong, and for whom. What a rule leaves out, it does not look at. */
export interface FaultRule {
  accountSid?: string;
  /** For callback faults, what the callback is about: `message` or `call`. */
  kind?: RequestKind;
  /** The person's number. */
  to?: string;
  /** How often it happens before it is over; for ever by default. */
  times?: number;
  do: RequestFault | CallbackFault | FateFault;
}

export interface Faults {
  add(rule: FaultRule): () => void;
  clear(): void;
  /** The faults that befall this request, delays first; counts them as used. */
  forRequest(subject: FaultSubject): { delayMs: number; fault?: Exclude<RequestFault, { delayMs: number }> };
  forCallback(subject: FaultSubject): CallbackFault | undefined;
  /** The error code with which this message or call is to end. */
  forFate(subject: FaultSubject): number | undefined;
}

export interface FaultSubject {
  accountSid: string;
  kind: RequestKind;
  to?: string | undefined;
}

export function createFaults(): Faults {
  let rules: (FaultRule & { left: number })[] = [];

  function matches(rule: FaultRule & { left: number }, subject: FaultSubject): boolean {
    if (rule.do === 'take-then-drop' && subject.kind !== 'message' && subject.kind !== 'call') return false;
    return (
      rule.left > 0 &&
      (rule.accountSid === undefined || rule.accountSid === subject.accountSid) &&
      (rule.kind === undefined || rule.kind === subject.kind) &&
      (rule.to === undefined || rule.to === subject.to)
    );
  }

  return {
    add(rule) {
      if (isFate(rule.do)) checkFate(rule, rule.do);
      const added = { ...rule, left: rule.times ?? Number.POSITIVE_INFINITY };
      rules.push(added);
      return () => {
        rules = rules.filter((other) => other !== added);
      };
    },
    clear() {
      rules = [];
    },
    forRequest(subject) {
      let delayMs = 0;
      for (const rule of rules) {
        if (rule.do === 'lose-callbacks' || rule.do === 'duplicate-callbacks' || isFate(rule.do)) continue;
        if (!matches(rule, subject)) continue;
        rule.left -= 1;
        if (typeof rule.do === 'object' && 'delayMs' in rule.do) delayMs += rule.do.delayMs;
        else return { delayMs, fault: rule.do };
      }
      return { delayMs };
    },
    forCallback(subject) {
      for (const rule of rules) {
        if ((rule.do !== 'lose-callbacks' && rule.do !== 'duplicate-callbacks') || !matches(rule, subject)) continue;
        rule.left -= 1;
        return rule.do;
      }
      return undefined;
    },
    forFate(subject) {
      for (const rule of rules) {
        if (!isFate(rule.do) || !matches(rule, subject)) continue;
        rule.left -= 1;
        return rule.do.failsWith;
      }
      return undefined;
    },
  };
}

function isFate(fault: FaultRule['do']): fault is FateFault {
  return typeof fault === 'object' && 'failsWith' in fault;
}

function checkFate({ kind }: FaultRule, { failsWith }: FateFault): void {
  if (kind !== undefined && kind !== 'message' && kind !== 'call')
    throw new Error(`a ${kind} comes to no end of its own`);
  if (!/^\d{5}$/.test(String(failsWith)))
    throw new Error(`${failsWith} is no error code of Twilio's: they have five digits`);
}
