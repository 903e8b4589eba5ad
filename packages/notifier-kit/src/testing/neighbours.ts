import { create, toBinary } from '@bufbuild/protobuf';
import {
  type Client,
  connectNats,
  createClient,
  facts,
  type Logger,
  provision,
  serve,
  services,
  sleep,
  timestamp,
} from '@tocsin/platform';
import { AnswerOutcome, type AnswerRequest, type Incidents, LoggedSchema } from '@tocsin/proto/incident/v1';
import type { DeliverResponse, Notifier } from '@tocsin/proto/notifier/v1';
import type { Roster } from '@tocsin/proto/roster/v1';
import { type ChannelName, protoChannel } from '../channel.ts';
import { type OwnedKey, protoKey } from '../key.ts';

type Handler<F> = F extends (request: infer Q, ...rest: never[]) => Promise<infer P>
  ? (request: Q) => P | Promise<P>
  : never;

/** The services around a notifier, standing in for the real ones over the real bus. */
export interface Neighbours {
  /** Addresses by `<organisation>/<person>/<contact method>`; the roster is silent where this is null. */
  addresses: Map<string, string> | null;
  /** Display names by `<organisation>/<person>`. */
  names: Map<string, string>;
  /** What `incidents` says to an answer. Throw to be away. */
  decide: (request: AnswerRequest) => { outcome: AnswerOutcome; ownerPersonId?: string };
  /** Ids of the answers that `incidents` was asked about, in order. */
  answersAsked: AnswerRequest[];
  /** Addresses that the roster was told are no more. */
  forgotten: string[];
  /** How often the roster was asked whose an address is. */
  holdersAsked: number;
  notifier: Client<typeof Notifier>;
  deliver(key?: Partial<OwnedKey>, change?: DeliveryChange): Promise<DeliverResponse>;
  /** Tells an entry of incident `i1`'s log, as `incidents` does once it is stored. */
  logs(position: number, kind: string, data?: object): void;
  withdraw(change?: { throughRound?: number; personId?: string; layer?: number; incidentId?: string }): Promise<number>;
  stop(): Promise<void>;
}

interface DeliveryChange {
  title?: string;
  drill?: boolean;
  goForMs?: number;
  usefulForMs?: number;
  timeoutMs?: number;
  ownerPersonId?: string;
}

export const quietLog = createQuietLog();

/** A log that keeps what it is told, before anything is struck out of it. */
export function createQuietLog(lines: unknown[] = []): Logger {
  const take = (...args: unknown[]) => void lines.push(args);
  const log = { trace: take, debug: take, info: take, warn: take, error: take, fatal: take, child: () => log };
  return log as unknown as Logger;
}

export function aKey(change: Partial<OwnedKey> = {}): OwnedKey {
  const key = {
    organisationId: 'acme',
    incidentId: 'i1',
    escalationId: 'response',
    round: 1,
    layer: 1,
    personId: 'ada',
    contactMethodId: 'ada-phone',
    repeat: 1,
    kind: 'page' as const,
    ...change,
  };
  const { incidentId, escalationId, round, layer, personId, contactMethodId, repeat, kind } = key;
  const id = [incidentId, escalationId, round, layer, personId, contactMethodId, repeat, kind].join('/');
  return { id, ...key };
}

const LONGER_THAN_ANYBODY_WAITS_MS = 2_500;

/** Starts the stand-ins and provisions the streams. */
export async function startNeighbours(natsUrl: string, channel: ChannelName): Promise<Neighbours> {
  const nc = await connectNats(natsUrl, 'neighbours');
  await provision(nc);
  const it: Neighbours = {
    addresses: new Map([
      ['acme/ada/ada-phone', '+491701112233'],
      ['acme/ben/ben-phone', '+491704445566'],
      ['rival/ada/ada-phone', '+491707778899'],
    ]),
    names: new Map([
      ['acme/ada', 'Ada Roth'],
      ['acme/ben', 'Ben Ito'],
    ]),
    decide: (request) => ({ outcome: AnswerOutcome.YOURS, ownerPersonId: request.key?.personId ?? '' }),
    answersAsked: [],
    forgotten: [],
    holdersAsked: 0,
    notifier: createClient(nc, services.notifier, { instance: channel }),
    deliver(key = {}, change = {}) {
      const { title = 'db-17 unreachable', drill = false, ownerPersonId = '' } = change;
      const { goForMs = 5_000, usefulForMs = 60_000, timeoutMs = 10_000 } = change;
      const now = Date.now();
      return it.notifier.deliver(
        {
          key: protoKey(aKey(key)),
          words: { incidentNumber: 'INC-42', severity: 'critical', title, ownerPersonId, note: '2 new members', drill },
          goUntil: timestamp(now + goForMs),
          usefulUntil: timestamp(now + usefulForMs),
        },
        { timeoutMs },
      );
    },
    logs(position, kind, data = {}) {
      const entry = { entryId: `i1/${position}`, organisationId: 'acme', incidentId: 'i1', position: BigInt(position) };
      const dataJson = JSON.stringify({ escalation: 'response', round: 1, layer: 1, ...data });
      const logged = create(LoggedSchema, { ...entry, kind, dataJson, at: timestamp(Date.now()) });
      nc.publish(facts.incidentLogged.subject(), toBinary(LoggedSchema, logged));
    },
    async withdraw(change = {}) {
      const request = {
        incidentId: 'i1',
        escalationId: 'response',
        throughRound: 1,
        personId: '',
        layer: 0,
        ...change,
      };
      return (await it.notifier.withdraw(request)).stopped;
    },
    async stop() {
      await Promise.all(servers.map((server) => server.stop()));
      await nc.drain();
    },
  };
  const reach: Handler<Client<typeof Roster>['reach']> = (request) => {
    const { organisationId, personId, contactMethodId, mentionPersonIds } = request;
    const address = it.addresses?.get(`${organisationId}/${personId}/${contactMethodId}`);
    if (it.addresses === null) return sleep(LONGER_THAN_ANYBODY_WAITS_MS) as never;
    const nameOf = (id: string) => it.names.get(`${organisationId}/${id}`) ?? '';
    const mentioned = Object.fromEntries((mentionPersonIds ?? []).map((id) => [id, nameOf(id)]));
    return {
      address: address ?? '',
      channel: protoChannel(channel),
      locale: 'en',
      displayName: '',
      mentioned,
    } as never;
  };
  const findByAddress: Handler<Client<typeof Roster>['findByAddress']> = ({ address }) => {
    it.holdersAsked += 1;
    if (it.addresses === null) return sleep(LONGER_THAN_ANYBODY_WAITS_MS) as never;
    const holders = [...it.addresses].filter(([, one]) => one === address).map(([id]) => id.split('/'));
    const contactMethods = holders.map(([organisationId, personId, contactMethodId]) => ({
      organisationId,
      personId,
      contactMethodId,
    }));
    return { contactMethods } as never;
  };
  const forgetAddress: Handler<Client<typeof Roster>['forgetAddress']> = ({ address }) => {
    it.forgotten.push(address ?? '');
    for (const [id, one] of it.addresses ?? []) if (one === address) it.addresses?.delete(id);
    return { forgotten: true } as never;
  };
  const answer: Handler<Client<typeof Incidents>['answer']> = (request) => {
    it.answersAsked.push(request as AnswerRequest);
    return { incidentNumber: 'INC-42', ownerPersonId: '', ...it.decide(request as AnswerRequest) } as never;
  };
  const only = <H extends object>(handlers: H) =>
    new Proxy(handlers, {
      get: (all, name) => async (request: never) => {
        const handler = (all as Record<string, (request: never) => unknown>)[String(name)];
        if (!handler) throw new Error(`a notifier does not ask for ${String(name)}`);
        return handler(request);
      },
    });
  const servers = [
    serve(nc, services.roster, only({ reach, findByAddress, forgetAddress }) as never, { log: quietLog }),
    serve(nc, services.incidents, only({ answer }) as never, { log: quietLog }),
  ];
  await nc.flush();
  return it;
}
