export type { ChatBehaviour } from './behaviour.ts';
export { createFakeSlack, type FakeSlack, type SlackPost } from './slack/fake-slack.ts';
