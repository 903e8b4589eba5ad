import { crashPoint, type Logger } from '@tocsin/platform';
import type { WorkflowPort } from '../courier/workflow-port.ts';
import type { Collections, MessageDoc } from '../store/collections.ts';

/** One workflow that does not take its message holds up few others. */
const AT_ONCE = 8;
/** A replica that died while telling holds a message up no longer than this; telling ends before. */
const LEASE_MS = 4_000;
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 5_000;
const LOOK_EVERY_MS = 1_000;

export interface Messenger {
  /** Something was kept: tell it now. */
  nudge(): void;
  /** Finishes what is being told. */
  stop(): Promise<void>;
}

/**
 * Signals workflows what was kept for them, until they have it: Temporal may be away, or the workflow not made again yet. A
 * message may be told twice, which the plan knows; one to an incident that is closed is dropped.
 */
export function createMessenger(deps: { collections: Collections; workflows: WorkflowPort; log: Logger }): Messenger {
  const { workflows, log } = deps;
  const { messages, incidents } = deps.collections;
  const telling = new Set<Promise<void>>();
  let stopped = false;
  let again = false;
  let looking: Promise<void> | undefined;

  function take(): Promise<MessageDoc | null> {
    const now = Date.now();
    return messages.findOneAndUpdate(
      { nextAt: { $lte: new Date(now) } },
      { $set: { nextAt: new Date(now + LEASE_MS) }, $inc: { tries: 1 } },
      { sort: { nextAt: 1 }, returnDocument: 'after' },
    );
  }

  async function tell({ _id, incidentId, event, tries }: MessageDoc): Promise<void> {
    try {
      await crashPoint('incidents.before-message');
      await workflows.send(incidentId, event);
      await crashPoint('incidents.message-told');
      await messages.deleteOne({ _id });
    } catch (err) {
      const incident = await incidents.findOne({ _id: incidentId }, { projection: { closedAt: 1 } });
      if (!incident || incident.closedAt !== null) return void (await messages.deleteOne({ _id }));
      log.warn({ err, incidentId, message: _id }, 'message not told, will be told again');
      const pause = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(tries - 1, 10));
      await messages.updateOne({ _id }, { $set: { nextAt: new Date(Date.now() + pause) } });
    }
  }

  async function takeAll(): Promise<void> {
    do {
      again = false;
      while (!stopped && telling.size < AT_ONCE) {
        const message = await take();
        if (!message) break;
        const one = tell(message)
          .catch((err: unknown) => log.warn({ err, message: message._id }, 'message left to its lease'))
          .finally(() => {
            telling.delete(one);
            look();
          });
        telling.add(one);
      }
    } while (again && !stopped && telling.size < AT_ONCE);
  }

  function look(): void {
    again = true;
    looking ??= takeAll()
      .catch((err: unknown) => log.warn({ err }, 'messages not looked at, will be looked at again'))
      .finally(() => {
        looking = undefined;
        if (again && !stopped && telling.size < AT_ONCE) look();
      });
  }

  const timer = setInterval(look, LOOK_EVERY_MS);
  return {
    nudge: look,
    async stop() {
      stopped = true;
      clearInterval(timer);
      await looking;
      await Promise.all(telling);
    },
  };
}
