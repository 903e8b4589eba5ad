export type { Call, CallStatus } from './calls/call.ts';
export { type Carrier, createCarrier } from './carrier.ts';
export type { CallbackFault, FaultRule, RequestFault } from './faults.ts';
export type { PhoneHabits } from './handset.ts';
export type { Message, MessageStatus } from './messages/message.ts';
export type { ReplyResult } from './messages/reply.ts';
export type { Account, CarrierLog, CarrierOptions, Timings } from './options.ts';
export { type Phone, PhoneError } from './phone.ts';
export type { CarrierEvent, RequestKind } from './record.ts';
