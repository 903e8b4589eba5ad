import { createCarrier } from '@tocsin/local/carrier';
import { jsonText } from '@tocsin/notifier-kit';
import { createLogger, loadConfig } from '@tocsin/platform';
import { z } from 'zod';

/** The carrier simulator as a process: speaks Twilio's API to the notifiers, reaches nobody, and shows every phone on a page. */
const environment = z.object({
  SIMULATOR_PORT: z.coerce.number().int().min(1).max(65_535),
  /** The notifiers' own: accounts that are not known here are refused, as Twilio does. The carrier checks what is in them. */
  TWILIO_ACCOUNTS: jsonText.pipe(
    z.array(z.object({ id: z.string(), accountSid: z.string(), authToken: z.string(), from: z.string() })).min(1),
  ),
  /** Where the notifier of text messages takes replies. */
  SMS_URL: z.url(),
  LOG_LEVEL: z.string().min(1).optional(),
});

const log = createLogger('simulator');
try {
  const env = loadConfig(environment);
  const carrier = createCarrier({
    port: env.SIMULATOR_PORT,
    host: '0.0.0.0',
    log: createLogger('simulator', env.LOG_LEVEL),
    accounts: env.TWILIO_ACCOUNTS.map(({ id, ...account }) => ({
      ...account,
      smsUrl: `${env.SMS_URL}/twilio/${id}/sms`,
    })),
  });
  await carrier.start();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => void carrier.stop().finally(() => process.exit(0)));
  }
} catch (err) {
  log.fatal({ err }, 'simulator cannot start');
  process.exitCode = 1;
}
