import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type Notification, type Provider, ProviderError, type ProviderErrorKind } from '../provider.ts';
import type { Behaviour } from './fake-twilio.ts';

/** The other side of a provider: a real server that takes, refuses, hangs and drops on demand. */
export interface ProviderPeer {
  next(...behaviours: (Behaviour | { do: 'error'; error: string })[]): void;
  /** Requests that arrived, and how many of them it carried out. */
  readonly asked: number;
  readonly resources: readonly { sid: string; to: string }[];
  problems: string[];
  stop(): Promise<void>;
}

export interface ProviderUnderTest {
  provider: Provider;
  peer: ProviderPeer;
  /** What must never be seen in an error. */
  secrets: string[];
  /** How the peer says that the address is wrong. */
  invalidTarget: Behaviour | { do: 'error'; error: string };
  /** Whom the page is for, in the channel's own words; a phone number where absent. */
  address?: string;
  /** Statuses that mean something else here than they do with an account of ours. */
  statuses?: Partial<Record<number, ProviderErrorKind>>;
  /** False where a status is all that the peer says: what else is in its answer is not read. */
  readsAnswers?: boolean;
}

const PHONE = '+491709998877';

/** Statuses and what they mean; the code is one that nobody knows. */
const STATUSES: [number, ProviderErrorKind][] = [
  [400, 'permanent'],
  [401, 'auth'],
  [403, 'auth'],
  [404, 'permanent'],
  [408, 'temporary'],
  [429, 'rate-limited'],
  [500, 'temporary'],
  [502, 'temporary'],
  [503, 'temporary'],
  [504, 'unknown'],
];

/** What every provider promises. A provider's test calls it with its own peer. */
export function describeProvider(name: string, setUp: () => Promise<ProviderUnderTest>): void {
  describe(`${name} keeps the provider contract`, () => {
    let it: ProviderUnderTest;
    beforeEach(async () => {
      it = await setUp();
    });
    afterEach(async () => {
      await it.peer.stop();
      expect(it.peer.problems).toEqual([]);
    });

    const send = (change: Partial<Notification> = {}, timeoutMs = 2_000) =>
      it.provider.send({ ...page(), ...change }, { signal: AbortSignal.timeout(timeoutMs) });
    const page = () => ({ ...aPage(), address: it.address ?? PHONE });
    const failure = async (change: Partial<Notification> = {}, timeoutMs = 2_000): Promise<ProviderError> => {
      const error: unknown = await send(change, timeoutMs).then(
        () => new Error('it was taken'),
        (thrown: unknown) => thrown,
      );
      expect(error).toBeInstanceOf(ProviderError);
      const address = it.address ?? PHONE;
      expectRedacted(error, [address, address.replace(/^\W|^\w+:/, ''), ...it.secrets]);
      return error as ProviderError;
    };

    test('what it takes has the peer’s own id', async () => {
      const { providerId } = await send();
      expect(it.peer.resources).toMatchObject([{ sid: providerId, to: it.address ?? PHONE }]);
    });

    test.each(STATUSES)('status %i is %s, asked once', async (status, kind) => {
      it.peer.next({ do: 'refuse', status, code: 99_999 });
      expect((await failure()).kind).toBe(it.statuses?.[status] ?? kind);
      expect(it.peer.asked).toBe(1);
    });

    test('a rate limit says for how long', async () => {
      it.peer.next({ do: 'refuse', status: 429, code: 20_429, retryAfterSeconds: 7 });
      expect(await failure()).toMatchObject({ kind: 'rate-limited', retryAfterMs: 7_000 });
    });

    test('a wrong address is the person’s side', async () => {
      it.peer.next(it.invalidTarget);
      expect((await failure()).kind).toBe('invalid-target');
    });

    test('a peer that hangs is given up at the signal, outcome unknown', async () => {
      it.peer.next({ do: 'hang' });
      const began = Date.now();
      expect((await failure({}, 300)).kind).toBe('unknown');
      expect(Date.now() - began).toBeLessThan(1_500);
    });

    test('taken and then cut off is unknown, and not sent again by itself', async () => {
      it.peer.next({ do: 'take-then-drop' });
      expect((await failure()).kind).toBe('unknown');
      expect(it.peer.asked).toBe(1);
    });

    test('an answer that cannot be read is unknown', async () => {
      it.peer.next({ do: 'garble' });
      if (it.readsAnswers === false) return void (await send());
      expect((await failure()).kind).toBe('unknown');
    });

    test('a peer that is not there certainly did not take it', async () => {
      await it.peer.stop();
      expect((await failure()).kind).toBe('temporary');
    });

    test('a title without end is cut, not refused', async () => {
      await send({ title: 'disk full on node '.repeat(60) });
      expect(it.peer.resources).toHaveLength(1);
    });

    test('a page that lost nearly all its time is still a request that the peer takes', async () => {
      await send({ usefulUntil: Date.now() + 10 });
      expect(it.peer.resources).toHaveLength(1);
    });

    test('says truly what it can do', () => {
      const { capabilities, lookUp, stop, revise } = it.provider;
      expect(capabilities).toEqual({
        lookUp: lookUp !== undefined,
        stop: stop !== undefined,
        revise: revise !== undefined,
      });
    });

    test('a look-up finds what was taken and cut off, and nothing else', async () => {
      if (!it.provider.lookUp) return;
      const past = { notification: page(), startedAt: Date.now() };
      const signal = AbortSignal.timeout(2_000);
      expect(await it.provider.lookUp(past, { signal })).toEqual([]);
      it.peer.next({ do: 'take-then-drop' });
      await failure();
      expect(await it.provider.lookUp(past, { signal })).toEqual([it.peer.resources[0]?.sid]);
      const later = { notification: page(), startedAt: Date.now() + 120_000 };
      expect(await it.provider.lookUp(later, { signal })).toEqual([]);
    });

    test('stopping is safe to repeat, and of what is not there', async () => {
      if (!it.provider.stop) return;
      const { providerId } = await send();
      const signal = AbortSignal.timeout(2_000);
      expect(await it.provider.stop(providerId, { signal })).toBe(true);
      expect(await it.provider.stop(`${providerId.slice(0, 2)}${'0'.repeat(32)}`, { signal })).toBe(false);
    });

    test('changing a message is safe to repeat, and sends nothing anew', async () => {
      if (!it.provider.revise) return;
      const { providerId } = await send();
      const changed = {
        notification: { ...page(), ...(it.provider.revisesByAddress ? {} : { address: '' }), token: '' },
        revision: { state: 'taken' as const, name: 'Ben' },
      };
      for (let times = 0; times < 2; times += 1)
        await it.provider.revise(providerId, changed, { signal: AbortSignal.timeout(2_000) });
      expect(it.peer.resources).toHaveLength(1);
    });

    test('serves the address', () => {
      expect(it.provider.serves?.(it.address ?? PHONE) ?? true).toBe(true);
    });
  });
}

function expectRedacted(error: unknown, secrets: string[]): void {
  const seen = inspect(error, { depth: 10, showHidden: true }) + JSON.stringify(error);
  for (const secret of secrets) expect(seen).not.toContain(secret);
}

function aPage(): Notification {
  return {
    id: 'an-opaque-id',
    kind: 'page',
    address: PHONE,
    incidentNumber: 'INC-42',
    severity: 'critical',
    title: 'db-17 unreachable',
    ownerName: '',
    note: '',
    drill: false,
    possibleRepeat: false,
    code: '7F3K',
    token: 'token',
    attempt: 1,
    usefulUntil: Date.now() + 60_000,
  };
}
