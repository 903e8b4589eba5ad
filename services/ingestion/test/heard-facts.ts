import { consume, consumers } from '@tocsin/platform';
import type { Received } from '@tocsin/proto/alert/v1';
import { type Harness, log } from './harness.ts';

/** Listens as incidents would: the facts heard so far, by alert, in both urgencies. */
export async function hearFacts({ nc }: Harness) {
  const heard: Record<'high' | 'low', Received[]> = { high: [], low: [] };
  const listen = (urgency: 'high' | 'low') =>
    consume(
      nc,
      urgency === 'high' ? consumers.incidentsIntakeHigh : consumers.incidentsIntakeLow,
      async (batch) => void heard[urgency].push(...batch.flatMap(({ message }) => [message, ...message.others])),
      { log },
    );
  const listeners = await Promise.all([listen('high'), listen('low')]);
  return {
    heard,
    of: (alertId: string) => [...heard.high, ...heard.low].find((fact) => fact.alertId === alertId),
    stop: () => Promise.all(listeners.map((listener) => listener.stop())),
  };
}
