import { createFakeTwilio, describeProvider } from '@tocsin/notifier-kit/testing';
import { createTwilioVoice } from '../src/providers/twilio.ts';

describeProvider('twilio voice', async () => {
  const peer = await createFakeTwilio();
  const { accountSid, authToken, baseUrl } = peer;
  const account = { id: 'a', accountSid, authToken, from: '+15005550006', baseUrl };
  return {
    provider: createTwilioVoice(account, () => 'http://127.0.0.1:1'),
    peer,
    secrets: [authToken],
    invalidTarget: { do: 'refuse', status: 400, code: 21_211 },
  };
});
