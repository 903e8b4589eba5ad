import { mkdir, rm, writeFile } from 'node:fs/promises';
import { recordedRuns } from '../../workflows/test/histories.ts';
import { startWorld } from '../../workflows/test/world.ts';
import { type Scenario, scenarios } from './scenarios.ts';

/** Where the histories are kept, one file a run. */
export const HISTORIES = new URL('./histories/', import.meta.url);

/** Lives each scenario on real engines and keeps the histories of its runs. */
async function record(): Promise<void> {
  await rm(HISTORIES, { recursive: true, force: true });
  await mkdir(HISTORIES, { recursive: true });
  for (const [name, scenario] of Object.entries(scenarios)) {
    const runs = await live(scenario);
    for (const [index, history] of runs.entries()) {
      await writeFile(new URL(`${name}.${index + 1}.json`, HISTORIES), history);
    }
    console.log(`${name}: ${runs.length} ${runs.length === 1 ? 'run' : 'runs'}`);
  }
}

async function live({ prepare, play, turnAfterEvents }: Scenario): Promise<string[]> {
  const world = await startWorld();
  try {
    prepare?.(world);
    await world.startWorker();
    const handle = await world.startIncident(turnAfterEvents ? { turnAfterEvents } : {});
    const { runId } = await handle.describe();
    await play(world, handle);
    await handle.result();
    return await recordedRuns(world, runId);
  } finally {
    await world.stop();
  }
}

if (import.meta.main) {
  await record();
  process.exit(0);
}
