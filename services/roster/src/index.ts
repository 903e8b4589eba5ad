export type { RosterConfig } from './config.ts';
export { createRoster, type RosterService } from './service.ts';
