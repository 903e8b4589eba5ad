import type { NatsConnection } from '@nats-io/nats-core';

interface Link {
  up: boolean;
  listeners: Set<() => void>;
}

const links = new WeakMap<NatsConnection, Link>();

/** Follows a connection's ups and downs, from the moment that it is made. */
function linkOf(nc: NatsConnection): Link {
  const known = links.get(nc);
  if (known) return known;
  const link: Link = { up: !nc.isClosed(), listeners: new Set() };
  links.set(nc, link);
  void (async () => {
    for await (const status of nc.status()) {
      if (status.type === 'disconnect') link.up = false;
      if (status.type !== 'reconnect') continue;
      link.up = true;
      for (const listener of [...link.listeners]) listener();
    }
    link.up = false;
  })();
  return link;
}

/**
 * False while the server is away. What is published then waits in the client's memory without bound, so who publishes
 * much, or again and again, asks first.
 */
export function isUp(nc: NatsConnection): boolean {
  return linkOf(nc).up;
}

/** Calls back after every reconnect; returns how to stop that. */
export function onReconnect(nc: NatsConnection, listener: () => void): () => void {
  const { listeners } = linkOf(nc);
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

/** Resolves to true as soon as the server is there, and to false when it is still away after `ms`. */
export async function whenUp(nc: NatsConnection, ms: number): Promise<boolean> {
  if (isUp(nc)) return true;
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const forget = onReconnect(nc, () => resolve(true));
  const timer = setTimeout(resolve, ms, false);
  const closed = nc.closed().then(() => false);
  try {
    return await Promise.race([promise, closed]);
  } finally {
    clearTimeout(timer);
    forget();
  }
}
