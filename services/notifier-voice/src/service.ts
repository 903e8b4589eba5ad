import { createNotifier, type Notifier, type NotifierConfig } from '@tocsin/notifier-kit';
import type { Logger } from '@tocsin/platform';
import { createTwilioVoice } from './providers/twilio.ts';
import { createRoutes } from './routes.ts';

/** The notifier of phone calls. Opens nothing until `start`. */
export function createNotifierVoice(config: NotifierConfig, overrides: { log?: Logger } = {}): Notifier {
  return createNotifier(
    {
      channel: 'voice',
      providers: ({ publicUrl }) => config.twilioAccounts.map((account) => createTwilioVoice(account, publicUrl)),
      routes: createRoutes,
    },
    config,
    overrides,
  );
}
