import type { Carrier, CarrierEvent, Phone } from '@tocsin/local/carrier';
import { sleep } from '@tocsin/platform';
import { numberOf, type TestPerson } from '../harness/organisation.ts';
import type { Random } from './random.ts';

/** People with phones: whoever is paged accepts, rejects or does nothing, after a while, by text or by key. */
export interface People {
  /** From now on everybody accepts at once. */
  hurry(): void;
  stop(): Promise<void>;
}

/** What people have to do with of a system: the phones in their hands, and the carrier that brings something to them. */
export interface PhoneNetwork {
  readonly carrier: Pick<Carrier, 'record'>;
  phone(personId: string): Pick<Phone, 'reply' | 'press'> & { answer(callSid?: string): Promise<unknown> };
}

const LOOK_EVERY_MS = 100;
/** How often somebody says again what nobody heard. */
const AGAIN_MS = 1_000;
const TRIES = 30;

export function startPeople(system: PhoneNetwork, people: readonly TestPerson[], random: Random): People {
  const persons = new Map(people.map((one) => [numberOf(people, one.id), one.id]));
  const acting = new Set<Promise<void>>();
  let stopped = false;
  let inAHurry = false;
  // What went out before was for others to answer.
  let seen = system.carrier.record().length;

  async function act(event: CarrierEvent, digit: '1' | '2', waitMs: number): Promise<void> {
    const phone = system.phone(persons.get(event.to ?? '') ?? '');
    const code = /\bPAGE ([A-Z0-9]{4})\b/.exec(event.body ?? '')?.[1];
    for (const end = Date.now() + waitMs; Date.now() < end && !stopped && !inAHurry; ) await sleep(LOOK_EVERY_MS);
    for (let tries = 0; tries < TRIES && !stopped; tries += 1) {
      if (event.kind === 'message') {
        const { status } = await phone.reply(`${code}${digit}`);
        if (status === 200) return;
      } else {
        // A call that ended meanwhile says no more.
        await phone.answer(event.sid).catch(() => undefined);
        await phone.press(digit, event.sid).catch(() => undefined);
        return;
      }
      await sleep(AGAIN_MS);
    }
  }

  function decide(event: CarrierEvent): void {
    const isText = event.kind === 'message';
    if (isText && !/\bPAGE\b/.test(event.body ?? '')) return;
    const mood = random.next();
    const waitMs = random.between(200, 6_000);
    const answersHere = isText === random.next() < 0.7;
    const digit = mood < 0.6 || inAHurry ? '1' : mood < 0.85 ? '2' : undefined;
    if (digit === undefined || (!answersHere && !inAHurry)) return;
    const one = act(event, digit, waitMs).finally(() => acting.delete(one));
    acting.add(one);
  }

  const looking = (async () => {
    while (!stopped) {
      const events = system.carrier.record();
      // An event is there before the carrier took it: what it has no name for yet is looked at next time.
      while (
        seen < events.length &&
        (events[seen]!.status !== undefined || Date.now() - events[seen]!.receivedAt > 1_000)
      ) {
        const event = events[seen]!;
        seen += 1;
        if ((event.kind === 'message' || event.kind === 'call') && event.sid) decide(event);
      }
      await sleep(LOOK_EVERY_MS);
    }
  })();

  return {
    hurry: () => {
      inAHurry = true;
    },
    async stop() {
      stopped = true;
      await looking;
      await Promise.all(acting);
    },
  };
}
