import { notifierEnvironment, runNotifier } from '@tocsin/notifier-kit';
import { loadConfig } from '@tocsin/platform';
import { createNotifierVoice } from './service.ts';

await runNotifier('notifier-voice', () => createNotifierVoice(loadConfig(notifierEnvironment)));
