import { Counter, Gauge, Histogram, type OpenMetricsContentType, Registry } from 'prom-client';

type Labels = Readonly<Record<string, string>>;

/** A metric's name, and its line in the table of `docs/metrics.md`. */
export interface MetricSpec<L extends string = string> {
  name: string;
  help: string;
  labels: readonly L[];
}

/**
 * One service's numbers, in a registry of its own: where several run in one process, none counts for another. Asking for a
 * metric again gives the same one. What a label says is from a list, or from the operator's own configuration: never an id.
 */
export interface Metrics {
  readonly registry: Registry<OpenMetricsContentType>;
  /** Counting 0 of what is rare shows it before it happens: a rate sees no step in a series that begins with it. */
  counter<L extends string>(spec: MetricSpec<L>): (labels: Record<L, string>, by?: number) => void;
  /** Seconds. What is `known` to whoever asks first is there from then on, without any. */
  duration<L extends string>(
    spec: MetricSpec<L>,
    known?: readonly Record<L, string>[],
  ): (labels: Record<L, string>, seconds: number) => void;
  /**
   * Read when it is scraped. What cannot be read within two seconds is left out of that scrape: no number is better than an old one.
   * Returns how to stop that.
   */
  sampled<L extends string>(
    spec: MetricSpec<L>,
    labels: Record<L, string>,
    read: () => number | Promise<number>,
  ): () => void;
}

/** From two milliseconds, which a request inside takes, to the longest that a page's request may. */
const SECONDS = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
/** Longer than a probe of readiness takes to say no. */
const READ_WITHIN_MS = 2_000;

export function createMetrics(component: string): Metrics {
  const registry = new Registry<OpenMetricsContentType>();
  registry.setContentType(Registry.OPENMETRICS_CONTENT_TYPE);
  registry.setDefaultLabels({ component });
  const registers = [registry];
  const made = new Map<string, unknown>();
  const once = <T>(name: string, make: () => T): T => {
    const found = (made.get(name) as T | undefined) ?? make();
    made.set(name, found);
    return found;
  };

  return {
    registry,
    counter: ({ name, help, labels: labelNames }) =>
      once(name, () => {
        const metric = new Counter<string>({ name, help, labelNames: [...labelNames], registers });
        const children = createChildren((labels) => metric.labels(labels));
        return (labels, by = 1) => children(labels).inc(by);
      }),
    duration: ({ name, help, labels: labelNames }, known = []) =>
      once(name, () => {
        const metric = new Histogram<string>({ name, help, labelNames: [...labelNames], buckets: SECONDS, registers });
        for (const labels of known) metric.zero(labels);
        const children = createChildren((labels) => metric.labels(labels));
        return (labels, seconds) => children(labels).observe(seconds);
      }),
    sampled: ({ name, help, labels: labelNames }, labels, read) => {
      const readers = once(name, () => {
        const made = new Set<{ labels: Labels; read: () => number | Promise<number> }>();
        new Gauge<string>({
          name,
          help,
          labelNames: [...labelNames],
          registers,
          async collect() {
            this.reset();
            const values = await Promise.all([...made].map(async (one) => ({ ...one, value: await within(one.read) })));
            for (const one of values) if (one.value !== undefined) this.set(one.labels, one.value);
          },
        });
        return made;
      });
      const reader = { labels, read };
      readers.add(reader);
      return () => void readers.delete(reader);
    },
  };
}

/** Hashing labels takes longer than counting: each combination is looked up by its values, which are few. */
function createChildren<C>(make: (labels: Record<string, string>) => C): (labels: Labels) => C {
  const children = new Map<string, C>();
  return (labels) => {
    const key = Object.values(labels).join('\0');
    const child = children.get(key) ?? make({ ...labels });
    children.set(key, child);
    return child;
  };
}

async function within(read: () => number | Promise<number>): Promise<number | undefined> {
  const { promise: late, resolve } = Promise.withResolvers<undefined>();
  const timer = setTimeout(resolve, READ_WITHIN_MS, undefined);
  const value = (async () => read())().catch(() => undefined);
  return Promise.race([value, late]).finally(() => clearTimeout(timer));
}
