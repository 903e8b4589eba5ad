import type { CarrierEvent } from '@tocsin/local/carrier';
import { createLogger, createLoop } from '@tocsin/platform';
import type { PhoneNetwork } from '../chaos/people.ts';
import { numberOf, type TestPerson } from '../harness/organisation.ts';
import type { WayIn } from './way-in.ts';

/** The carrier simulator of an evaluation, seen from outside: its record as it was a moment ago, and the phones on its wall. */
export interface FarCarrier extends PhoneNetwork {
  readonly carrier: { record(): CarrierEvent[]; readonly unexpected: readonly string[] };
  /** Resolves when the record is as it is now. */
  look(): Promise<void>;
  close(): Promise<void>;
}

const LOOK_EVERY_MS = 200;
const ASK_WITHIN_MS = 5_000;
/** What the carrier has not answered by then it never will. */
const OPEN_MS = 30_000;

export async function openCarrier({ ask }: WayIn, origin: string, people: readonly TestPerson[]): Promise<FarCarrier> {
  const events: CarrierEvent[] = [];
  let unexpected: readonly string[] = [];

  let looked: Promise<void> = Promise.resolve();
  /** One after another, so that none undoes what a later one read. */
  const look = (): Promise<void> => {
    looked = looked.catch(() => undefined).then(read);
    return looked;
  };

  async function read(): Promise<void> {
    // An entry is filled in while its request is worked on.
    const open = events.findIndex((one) => one.status === undefined && Date.now() - one.receivedAt < OPEN_MS);
    const from = open < 0 ? events.length : open;
    const { status, body } = await ask(`${origin}/wall/record?from=${from}`, {}, ASK_WITHIN_MS);
    if (status !== 200) throw new Error(`the simulator answered ${status}`);
    const found = JSON.parse(body) as { events: CarrierEvent[]; unexpected: string[] };
    events.splice(from, events.length, ...found.events);
    unexpected = found.unexpected;
  }

  async function use(personId: string, action: string, body: object): Promise<{ status: number; said: unknown }> {
    const number = encodeURIComponent(numberOf(people, personId));
    const headers = { 'content-type': 'application/json', origin };
    const { status, body: said } = await ask(
      `${origin}/wall/phones/${number}/${action}`,
      { method: 'POST', headers, body: JSON.stringify(body) },
      ASK_WITHIN_MS * 4,
    );
    if (status >= 300) throw new Error(`the phone of ${personId} answered ${status}: ${said}`);
    return { status, said: JSON.parse(said) };
  }

  await look();
  const looking = createLoop('carrier', LOOK_EVERY_MS, look, createLogger('test', 'silent'));
  return {
    carrier: {
      record: () => events.map((one) => ({ ...one })),
      get unexpected() {
        return unexpected;
      },
    },
    phone: (personId) => ({
      reply: async (text) => (await use(personId, 'reply', { text })).said as never,
      answer: (callSid) => use(personId, 'answer', { callSid }),
      press: async (digit, callSid) =>
        ((await use(personId, 'press', { digit, callSid })).said as { heard: boolean }).heard,
    }),
    look,
    close: () => looking.stop(),
  };
}
