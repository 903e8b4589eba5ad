import { useSyncExternalStore } from 'react';

/** One clock for the whole page: everything that counts seconds counts the same ones. */
const listeners = new Set<() => void>();
let now = Date.now();
let timer: ReturnType<typeof setInterval> | undefined;

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(() => {
    now = Date.now();
    for (const tell of listeners) tell();
  }, 1_000);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

/** Milliseconds since the epoch, renewed each second while somebody looks. */
export function useNow(): number {
  return useSyncExternalStore(subscribe, () => now);
}
