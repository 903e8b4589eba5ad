/** Whether something answers now. May reject or never settle: both are no. */
export type Probe = () => boolean | Promise<boolean>;

export interface HealthReport {
  ok: boolean;
  /** Each thing that was looked at, and what it is: `ok`, `away`, `lost`, `starting`, `stopping`. */
  said: Record<string, string>;
}

/** What a service says of itself. Kubernetes' three questions, each about something else. */
export interface Health {
  /** It cannot do its job without this. */
  needs(name: string, probe: Probe): void;
  /** It is said whether this is there; the job goes on without it, and is caught up with. */
  uses(name: string, probe: Probe): void;
  /** Without this it never comes to itself again, and has to be started anew. Never an engine. */
  livesBy(name: string, probe: Probe): void;
  /** It began, and was connected to all that it needs, once. */
  started(): void;
  /** It takes nothing new in from now on. */
  stopping(): void;
  startup(): HealthReport;
  liveness(): Promise<HealthReport>;
  readiness(): Promise<HealthReport>;
}

const PROBE_MS = 1_000;

export function createHealth(): Health {
  const needed = new Map<string, Probe>();
  const used = new Map<string, Probe>();
  const vital = new Map<string, Probe>();
  let state: 'starting' | 'started' | 'stopping' = 'starting';

  return {
    needs: (name, probe) => void needed.set(name, probe),
    uses: (name, probe) => void used.set(name, probe),
    livesBy: (name, probe) => void vital.set(name, probe),
    started: () => {
      if (state === 'starting') state = 'started';
    },
    stopping: () => {
      state = 'stopping';
    },
    startup: () => ({ ok: state !== 'starting', said: { start: state === 'starting' ? 'starting' : 'ok' } }),
    async liveness() {
      // What closes in order is not lost.
      if (state === 'stopping') return { ok: true, said: {} };
      const found = await askAll(vital);
      return { ok: found.every(([, ok]) => ok), said: said(found, 'lost') };
    },
    async readiness() {
      if (state !== 'started') return { ok: false, said: { start: state } };
      const [must, may] = await Promise.all([askAll(needed), askAll(used)]);
      return { ok: must.every(([, ok]) => ok), said: { ...said(must, 'away'), ...said(may, 'away') } };
    },
  };
}

function askAll(probes: ReadonlyMap<string, Probe>): Promise<[name: string, ok: boolean][]> {
  return Promise.all(
    [...probes].map(async ([name, probe]): Promise<[string, boolean]> => [name, await answers(probe)]),
  );
}

/** Within a second, which is what Kubernetes waits by default. */
export async function answers(probe: Probe): Promise<boolean> {
  const { promise: late, resolve } = Promise.withResolvers<boolean>();
  const timer = setTimeout(resolve, PROBE_MS, false);
  const answered = (async () => probe())().catch(() => false);
  return Promise.race([answered, late]).finally(() => clearTimeout(timer));
}

function said(found: readonly [name: string, ok: boolean][], otherwise: string): Record<string, string> {
  return Object.fromEntries(found.map(([name, ok]) => [name, ok ? 'ok' : otherwise]));
}
