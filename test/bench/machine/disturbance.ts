import { availableParallelism } from 'node:os';
import { machineCpuMs, ownCpuMs } from './process-usage.ts';

/** Begins to watch who else uses the machine; what it returns says how much that was, as a sentence. */
export async function watchMachine(): Promise<() => Promise<string>> {
  const startedAt = performance.now();
  const loopBefore = fixedLoopMs();
  const [machine, own] = await Promise.all([machineCpuMs(), ownCpuMs()]);
  return async () => {
    // Our children count once they ended: every measure ends its own.
    const [machineNow, ownNow] = await Promise.all([machineCpuMs(), ownCpuMs()]);
    const lasted = performance.now() - startedAt;
    const share = (used: number) => `${Math.round((Math.max(used, 0) / (lasted * availableParallelism())) * 100)} %`;
    const others = machineNow.busyMs - machine.busyMs - (ownNow - own);
    return [
      `others used ${share(others)} of the machine`,
      `${share(machineNow.stolenMs - machine.stolenMs)} was stolen`,
      `a fixed loop took ${loopBefore} ms of CPU before and ${fixedLoopMs()} ms after`,
    ].join(', ');
  };
}

/** Processor time of the same work each time: where it rises, so does the time of everything else that was measured. */
function fixedLoopMs(): number {
  const from = process.cpuUsage();
  const numbers = new Float64Array(1 << 18);
  for (let round = 0; round < 40; round += 1) {
    for (let at = 0; at < numbers.length; at += 1) numbers[at] = numbers[(at * 7919) % numbers.length]! + at;
  }
  const { user, system } = process.cpuUsage(from);
  return Math.round((user + system) / 1_000);
}
