export { engineKinds } from './catalog.ts';
export type { Engine } from './child.ts';
export { claimDataDir } from './data-dir.ts';
export { locate, tocsinDir } from './locate.ts';
export { freePort, portTaken } from './ports.ts';
export { SetupError } from './setup-error.ts';
export { sharedEnginesVariable, startSharedEngines } from './shared-engines.ts';
export {
  defaultEnginePorts,
  type EnginePorts,
  type Engines,
  type StartEnginesOptions,
  startEngines,
} from './start-engines.ts';
export { startTestEngines, type TestEngines, type TestEngineWishes } from './start-test-engines.ts';
