export { describeProvider, type ProviderPeer, type ProviderUnderTest } from './describe-provider.ts';
export { type Behaviour, createFakeTwilio, type FakeTwilio } from './fake-twilio.ts';
export { aKey, createQuietLog, type Neighbours, quietLog, startNeighbours } from './neighbours.ts';
