export type * from './escalation-types.ts';
export type * from './plan-types.ts';
