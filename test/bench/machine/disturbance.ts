import { availableParallelism } from 'node:os';
import { machineCpuMs, ownCpuMs } from './process-usage.ts';

/** Begins to watch who else uses the machine; what it returns says how much that was, as a sentence. */
export async function watchMachine(): Promise<() => Promise<string>> {
  const startedAt = performance.now();
  const [machine, own] = await Promise.all([machineCpuMs(), ownCpuMs()]);
  return async () => {
    // Our children count once they ended: every measure ends its own.
    const [machineNow, ownNow] = await Promise.all([machineCpuMs(), ownCpuMs()]);
    const lasted = performance.now() - startedAt;
    const share = (used: number) => `${Math.round((Math.max(used, 0) / (lasted * availableParallelism())) * 100)} %`;
    const others = machineNow.busyMs - machine.busyMs - (ownNow - own);
    return `others used ${share(others)} of the machine, ${share(machineNow.stolenMs - machine.stolenMs)} was stolen`;
  };
}
