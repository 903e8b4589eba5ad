import type { Call } from './call.ts';

/** What every request about a call says of it (https://www.twilio.com/docs/voice/twiml#request-parameters). */
export function callParameters(call: Call): Record<string, string> {
  return {
    CallSid: call.sid,
    AccountSid: call.accountSid,
    From: call.from,
    To: call.to,
    Caller: call.from,
    Called: call.to,
    CallStatus: call.status,
    ApiVersion: '2010-04-01',
    Direction: 'outbound-api',
    ...(call.answeredBy && { AnsweredBy: call.answeredBy }),
  };
}
