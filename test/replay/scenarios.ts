import { Conflict, until } from '@tocsin/platform';
import { Outcome } from '@tocsin/proto/notifier/v1';
import { answer, ask, begun, type IncidentHandle, type World } from '../../workflows/test/world.ts';

export interface Scenario {
  /** The life that this history keeps readable. */
  sentence: string;
  turnAfterEvents?: number;
  prepare?(world: World): void;
  play(world: World, handle: IncidentHandle): Promise<unknown>;
}

const waitFor = (what: string, probe: () => boolean) => until(probe, { what, timeoutMs: 20_000 });
const asked = (world: World, person: string, kind = 'page') =>
  world.delivered.filter((one) => one.includes(`/${person}/`) && one.endsWith(`/${kind}`)).length;
const receiptFailed = (key: string) => ({
  event: { kind: 'receipt-failed', key, attempt: 1, reason: 'carrier-error' },
});
/** The notifications that were asked for, by their keys. */
const keysOf = (world: World) => new Set(world.delivered.map((one) => one.split(' ')[1] ?? ''));
const logged = (world: World, kind: string) => [...world.log.values()].filter((entry) => entry.kind === kind).length;

async function rejectAcceptResolve(world: World, handle: IncidentHandle): Promise<void> {
  await waitFor('the first layer', () => asked(world, 'ada') >= 2);
  await ask(handle, 'ada', 'reject');
  await waitFor('the second layer', () => asked(world, 'ben') >= 2);
  await ask(handle, 'ben', 'accept');
  await waitFor('ada to be told', () => asked(world, 'ada', 'taken') >= 1);
  await handle.signal('event', answer('ben', 'resolve'));
}

/** Lives of every shape that the loop has: what an upgrade of the workers meets while they run. */
export const scenarios: Record<string, Scenario> = {
  'answered-in-the-second-layer': {
    sentence: 'rejected by the first, accepted by the second, resolved by a signal',
    play: rejectAcceptResolve,
  },
  'carried-over': {
    sentence: 'the same life with a turn each 12 events',
    turnAfterEvents: 12,
    play: rejectAcceptResolve,
  },
  'nobody-answers': {
    sentence: 'every layer runs out of time, and the catch-all is paged again',
    prepare: (world) => {
      world.says.begin = () => begun(1_000);
    },
    play: async (world, handle) => {
      await waitFor('the catch-all, twice', () => asked(world, 'boss') >= 4);
      await ask(handle, 'boss', 'resolve');
    },
  },
  'close-refused': {
    sentence: 'newer members refuse the close of the source; the severity rises, and the owner is told',
    prepare: (world) => {
      const now = { version: 7n, members: 3, firing: 1, severity: 'critical' };
      world.says.close = ({ version }) => (version < 7n ? { closed: false, ...now } : { closed: true });
    },
    play: async (world, handle) => {
      await waitFor('the first layer', () => asked(world, 'ada') >= 2);
      await handle.signal('alerts', { counts: { version: 2, members: 1, firing: 0, severity: 'critical' } });
      await waitFor('a new round', () => asked(world, 'ada') >= 4);
      await ask(handle, 'ada', 'accept');
      await handle.signal('alerts', { counts: { version: 8, members: 5, firing: 3, severity: 'critical' } });
      await waitFor('the owner to be told', () => asked(world, 'ada', 'update') >= 1);
      await ask(handle, 'ada', 'resolve');
    },
  },
  'paths-away': {
    sentence: 'no provider takes an SMS until the answer cuts the trying off, and the log is refused once',
    prepare: (world) => {
      world.says.deliver = (_request, channel) => ({
        outcome: channel === 'sms' ? Outcome.FAILED : Outcome.SENT,
        reason: 'rate-limited',
      });
      let refused = false;
      world.says.append = () => {
        if (refused) return;
        refused = true;
        throw new Conflict('not now', { code: 'recording' });
      };
    },
    play: async (world, handle) => {
      await waitFor('the log to be taken after all', () => logged(world, 'layer-started') >= 1);
      await waitFor('another try', () => asked(world, 'ada') >= 4);
      await ask(handle, 'ada', 'resolve');
    },
  },
  'lost-by-the-carrier': {
    sentence: 'what was taken and lost is asked for again, and with every way lost the next layer is paged',
    prepare: (world) => {
      const times = new Map<string, number>();
      world.says.deliver = ({ key }) => {
        const id = key?.id ?? '';
        times.set(id, (times.get(id) ?? 0) + 1);
        const outcome = key?.personId === 'ada' && times.get(id) === 2 ? Outcome.UNDELIVERED : Outcome.SENT;
        return { outcome, provider: 'test', reason: 'carrier-error' };
      };
    },
    play: async (world, handle) => {
      await waitFor('the first layer', () => asked(world, 'ada') >= 2);
      for (const key of keysOf(world)) await handle.signal('event', receiptFailed(key));
      await waitFor('the second layer', () => asked(world, 'ben') >= 2);
      await ask(handle, 'ben', 'resolve');
    },
  },
  'snoozed-and-reassigned': {
    sentence: 'quiet for a second, then paged again, then given to somebody else',
    play: async (world, handle) => {
      await waitFor('the first layer', () => asked(world, 'ada') >= 2);
      const snooze = { kind: 'snooze', id: 's1', personId: 'ada', until: Date.now() + 1_000 };
      await handle.signal('event', { event: snooze });
      await waitFor('paging to go on', () => asked(world, 'ada') >= 4);
      const reassign = { kind: 'reassign', id: 'r1', personId: 'ada', target: { kind: 'person', id: 'ben' } };
      await handle.signal('event', { event: reassign });
      await waitFor('the new one', () => asked(world, 'ben') >= 2);
      await ask(handle, 'ben', 'resolve');
    },
  },
};
