export { type Behaviours, type ChatBehaviour, createBehaviours } from './behaviour.ts';
export { listen } from './listen.ts';
export { createFakeSlack, type FakeSlack, type SlackPost } from './slack/fake-slack.ts';
export { slackOf } from './slack/on-the-phone.ts';
