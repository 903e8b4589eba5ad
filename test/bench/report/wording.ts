import type { Spread } from './percentiles.ts';

/** Milliseconds with as many digits as mean something. */
export function ms(value: number): string {
  return `${digits(value)} ms`;
}

export function digits(value: number): string {
  return value < 10 ? value.toFixed(1) : Math.round(value).toLocaleString('en-GB');
}

export function mib(bytes: number): string {
  return `${Math.round(bytes / 1024 ** 2)} MiB`;
}

export function spread({ p50, p95, p99, n }: Spread): string {
  return `${digits(p50)} / ${digits(p95)} / ${digits(p99)} ms (n = ${n})`;
}
