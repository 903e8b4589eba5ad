import { notifierEnvironment, runNotifier } from '@tocsin/notifier-kit';
import { loadConfig } from '@tocsin/platform';
import { createNotifierSms } from './service.ts';

await runNotifier('notifier-sms', () => createNotifierSms(loadConfig(notifierEnvironment)));
