export { type Authority, createAuthority, type KeyPair } from './authority.ts';
export { startTemporalGate, type TemporalGate } from './temporal-gate.ts';
