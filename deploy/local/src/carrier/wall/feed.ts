import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Handset } from '../handset.ts';
import type { Network } from '../network.ts';
import { phoneView } from './phone-view.ts';

/** The wall shows as many phones as a person can still look at: those with names first, then the latest to change. */
const maxPhones = 60;
/** Changes within this time are told at once, together. */
const gatherMs = 50;
const heartbeatMs = 15_000;
const maxWaitingBytes = 4_000_000;

export interface Feed {
  changed(handset: Handset): void;
  /** Server-sent events: every phone on the wall, then each as it changes. Resumes after `Last-Event-ID`. */
  follow(req: IncomingMessage, res: ServerResponse): void;
  stop(): void;
}

/**
 * A phone is always told whole, so that a viewer who missed something needs only the phones that changed since: nothing is
 * remembered for resuming but each phone's sequence number.
 */
export function createFeed(network: Network, handsets: ReadonlyMap<string, Handset>): Feed {
  const epoch = randomBytes(6).toString('hex');
  const viewers = new Set<ServerResponse>();
  let sequence = 0;
  let toldUpTo = 0;
  let scheduled = false;

  function visible(): Handset[] {
    return [...handsets.values()]
      .filter((handset) => handset.changedAt > 0)
      .sort((a, b) => Number(b.name !== undefined) - Number(a.name !== undefined) || b.changedAt - a.changedAt)
      .slice(0, maxPhones);
  }

  /** In the order of change, so that each event's id stands for everything before it. */
  function eventsSince(after: number): string {
    return visible()
      .filter((handset) => handset.changedAt > after)
      .sort((a, b) => a.changedAt - b.changedAt)
      .map(
        (handset) =>
          `id: ${epoch}-${handset.changedAt}\nevent: phone\ndata: ${JSON.stringify(phoneView(network, handset))}\n\n`,
      )
      .join('');
  }

  function tell(): void {
    scheduled = false;
    const events = eventsSince(toldUpTo);
    toldUpTo = sequence;
    for (const viewer of viewers) write(viewer, events);
  }

  function write(viewer: ServerResponse, text: string): void {
    // Who cannot keep up is cut off, comes back, and gets the newest state only.
    if (viewer.writableLength > maxWaitingBytes) viewer.destroy();
    else if (text !== '') viewer.write(text);
  }

  /** A connection on which nothing is ever written may be dead without either side knowing. */
  function keepAlive(viewer: ServerResponse): void {
    network.clock.after(heartbeatMs, () => {
      if (!viewers.has(viewer)) return;
      write(viewer, ': still here\n\n');
      keepAlive(viewer);
    });
  }

  return {
    changed(handset) {
      sequence += 1;
      handset.changedAt = sequence;
      if (viewers.size === 0 || scheduled) return;
      scheduled = true;
      network.clock.after(gatherMs, tell);
    },
    follow(req, res) {
      res.writeHead(200, {
        'content-type': 'text/event-stream',
        'cache-control': 'no-store',
        'x-accel-buffering': 'no',
      });
      if (req.method === 'HEAD') return void res.end();
      if (viewers.size > 0) tell();
      toldUpTo = sequence;
      const [lastEpoch, lastSequence] = String(req.headers['last-event-id'] ?? '').split('-');
      const resumed = lastEpoch === epoch && /^\d+$/.test(lastSequence ?? '');
      res.write(`retry: 1000\nevent: hello\ndata: ${JSON.stringify({ resumed })}\n\n`);
      write(res, eventsSince(resumed ? Number(lastSequence) : 0));
      viewers.add(res);
      keepAlive(res);
      res.once('close', () => viewers.delete(res));
    },
    stop() {
      for (const viewer of viewers) viewer.end();
      viewers.clear();
    },
  };
}
