import { runNotifier } from '@tocsin/notifier-kit';
import { loadConfig } from '@tocsin/platform';
import { pushEnvironment } from './config.ts';
import { createNotifierPush } from './service.ts';

await runNotifier('notifier-push', () => createNotifierPush(loadConfig(pushEnvironment)));
