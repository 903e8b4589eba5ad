export type { Decision } from './answers/answer-store.ts';
export {
  type CommonConfig,
  commonConfig,
  commonEnvironment,
  jsonText,
  type NotifierConfig,
  notifierEnvironment,
  type TwilioAccount,
} from './config.ts';
export type { Desk, Holder, Sent } from './desk.ts';
export { type Answer, createPost, type Post } from './http/post.ts';
export { statusError } from './http/status-error.ts';
export {
  type ChannelParts,
  createNotifier,
  type HeardFromDevice,
  type Notifier,
  provisionStore,
} from './notifier.ts';
export {
  AddressGone,
  type Notification,
  type PastAttempt,
  type Provider,
  ProviderError,
  type ProviderErrorKind,
  type Revision,
} from './provider.ts';
export type { ReceiptNews } from './receipts.ts';
export { runNotifier } from './run.ts';
export { sayDecision } from './say-decision.ts';
export { shownAfter } from './shown-after.ts';
export { newCode } from './tokens.ts';
export { headline, inOneLine, remarks, sayRevision, titleOf, type WrittenWords } from './words.ts';
