export type { ChatConfig, SlackWorkspace } from './config.ts';
export { createNotifierChat } from './service.ts';
