import { sharedEnginesVariable, startSharedEngines } from '../../deploy/local/src/engines/index.ts';

/** One mongod and one Temporal server for the whole run, started by the first test that asks for them. */
// biome-ignore lint/style/noDefaultExport: the test runner asks for it
export default async function globalSetup() {
  const shared = await startSharedEngines();
  process.env[sharedEnginesVariable] = shared.url;
  globalThis.tocsinSharedEngines = shared;
}
