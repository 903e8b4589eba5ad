import { createNotifier, type Notifier, type NotifierConfig, newCode } from '@tocsin/notifier-kit';
import type { Logger } from '@tocsin/platform';
import { createTwilioSms } from './providers/twilio.ts';
import { createRoutes } from './routes.ts';

/** The notifier of text messages. Opens nothing until `start`. */
export function createNotifierSms(config: NotifierConfig, overrides: { log?: Logger } = {}): Notifier {
  return createNotifier(
    {
      channel: 'sms',
      providers: ({ publicUrl }) => config.twilioAccounts.map((account) => createTwilioSms(account, publicUrl)),
      routes: createRoutes,
      newCode,
    },
    config,
    overrides,
  );
}
