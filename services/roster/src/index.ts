export { type RosterConfig, rosterConfig } from './config.ts';
export { createRoster, type Roster, type RosterOverrides } from './service.ts';
export { provisionStore } from './store/collections.ts';
