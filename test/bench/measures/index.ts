import type { Benchmark } from '../benchmark.ts';
import { answer } from './answer.ts';
import { api } from './api.ts';
import { atRest } from './at-rest.ts';
import { screen } from './console.ts';
import { fanOut } from './fan-out.ts';
import { floors } from './floors.ts';
import { footprint } from './footprint.ts';
import { historyEvents } from './history-events.ts';
import { latency } from './latency.ts';
import { live } from './live.ts';
import { startTime } from './start-time.ts';
import { batchedStorm, storm } from './storm.ts';
import { telemetry } from './telemetry.ts';

/** In the order in which they are run: floors first, so that what follows can be read against them. */
export const benchmarks: readonly Benchmark[] = [
  floors,
  latency,
  telemetry,
  answer,
  fanOut,
  historyEvents,
  footprint,
  storm,
  batchedStorm,
  api,
  live,
  screen,
  atRest,
  startTime,
];
