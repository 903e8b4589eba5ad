export { type Authority, createAuthority, type KeyPair } from './authority.ts';
export { startSecuredMongod } from './mongod.ts';
export { startSecuredNats } from './nats-server.ts';
export { startTemporalGate, type TemporalGate } from './temporal-gate.ts';
