import { runNotifier } from '@tocsin/notifier-kit';
import { loadConfig } from '@tocsin/platform';
import { chatEnvironment } from './config.ts';
import { createNotifierChat } from './service.ts';

await runNotifier('notifier-chat', () => createNotifierChat(loadConfig(chatEnvironment)));
