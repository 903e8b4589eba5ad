import type { Collections } from '../store/collections.ts';

const TELLINGS_AT_ONCE = 100;

/** Deletes alerts whose time is over, and last the telling that says so: what a crash leaves, the next round finds again. */
export async function purge({ alerts, tellings }: Collections): Promise<void> {
  for (;;) {
    const over = await tellings
      .find({ purgeAt: { $lte: new Date() } }, { projection: { alerts: 1 } })
      .limit(TELLINGS_AT_ONCE)
      .toArray();
    if (over.length === 0) return;
    await alerts.deleteMany({ _id: { $in: over.flatMap((row) => row.alerts) } });
    await tellings.deleteMany({ _id: { $in: over.map((row) => row._id) } });
  }
}
