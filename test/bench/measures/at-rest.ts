import { sleep } from '@tocsin/platform';
import type { Benchmark, Finding } from '../benchmark.ts';
import { digits, mib } from '../report/wording.ts';
import { withSystem } from '../system.ts';

const SETTLE_MS = 10_000;

/** What the product takes while nothing happens. */
export const atRest: Benchmark = {
  name: 'at-rest',
  run: (context) =>
    withSystem(context, {}, async (system): Promise<Finding> => {
      const watchMs = context.quick ? 5_000 : 30_000;
      await sleep(SETTLE_MS);
      const before = await system.usage();
      await sleep(watchMs);
      const after = await system.usage();
      const used = [...after].map(([name, usage]) => ({
        name,
        rssBytes: usage.rssBytes,
        cpuPercent: ((usage.cpuMs - (before.get(name)?.cpuMs ?? 0)) / watchMs) * 100,
      }));
      const sum = (of: 'rssBytes' | 'cpuPercent') => used.reduce((all, one) => all + one[of], 0);
      return {
        rows: [
          { measure: 'memory at rest, all services and engines', result: mib(sum('rssBytes')) },
          { measure: 'CPU at rest, all services and engines', result: `${digits(sum('cpuPercent'))} % of one core` },
        ],
        details: [
          {
            title: 'At rest, by process',
            note: 'Resident memory; what processes share, such as code, is counted in each.',
            head: ['process', 'memory', 'CPU, % of one core'],
            rows: used.map(({ name, rssBytes, cpuPercent }) => [name, mib(rssBytes), digits(cpuPercent)]),
          },
        ],
        samples: used,
      };
    }),
};
