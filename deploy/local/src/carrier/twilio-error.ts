type Entry = readonly [httpStatus: number, message: (value: string) => string];

/**
 * The part of Twilio's error dictionary (https://www.twilio.com/docs/api/errors) that this carrier can answer with.
 * 20001 is a warning at Twilio, which then ignores the parameter; here it is a refusal, so that a misspelt one is found.
 */
const dictionary = {
  20001: [400, (name) => `Unknown or unsupported parameter: ${name}`],
  20002: [400, (name) => `Invalid value for parameter ${name}`],
  20003: [401, () => 'Authenticate'],
  20004: [405, () => 'Method not allowed'],
  20404: [404, (path) => `The requested resource ${path} was not found`],
  21201: [400, () => "No 'To' number is specified"],
  21205: [400, (url) => `Url is not a valid URL: ${url}`],
  21208: [400, (value) => `Invalid Timeout: ${value}`],
  21209: [400, (value) => `Invalid Method: ${value}`],
  21210: [400, (from) => `The source phone number provided, ${from}, is not yet verified for your account`],
  21211: [400, (to) => `The 'To' number ${to} is not a valid phone number`],
  21212: [400, (from) => `The 'From' number ${from} is not a valid phone number, shortcode, or alphanumeric sender ID`],
  21213: [400, () => "A 'From' phone number is required"],
  21218: [400, () => "A 'Url', 'Twiml' or 'ApplicationSid' is required"],
  21220: [400, () => 'Call is not in-progress. Cannot redirect.'],
  21602: [400, () => 'Message body is required.'],
  21603: [400, () => "A 'From' phone number is required."],
  21604: [400, () => "A 'To' phone number is required."],
  21606: [
    400,
    (from) =>
      `The 'From' phone number ${from} is not a valid, SMS-capable inbound phone number or short code for your account.`,
  ],
  21609: [400, (url) => `The 'StatusCallback' URL ${url} is not a valid URL.`],
  21617: [400, () => 'The concatenated message body exceeds the 1600 character limit'],
  21626: [400, (event) => `Invalid 'StatusCallbackEvent': ${event}`],
  30409: [409, () => 'This message cannot be canceled'],
  90007: [400, (value) => `Invalid validity period value: ${value}`],
} satisfies Record<number, Entry>;

export type TwilioErrorCode = keyof typeof dictionary;

/** What a client may rightly run into when its request crosses the resource's own life; the rest is the client's mistake. */
const crossings: ReadonlySet<TwilioErrorCode> = new Set([21220, 30409]);

/** A refusal in Twilio's words: `{ code, message, more_info, status }`. */
export class TwilioError extends Error {
  readonly code: TwilioErrorCode;
  readonly status: number;

  constructor(code: TwilioErrorCode, value = '') {
    const [status, message]: Entry = dictionary[code];
    super(message(value));
    this.code = code;
    this.status = status;
  }

  get isClientMistake(): boolean {
    return !crossings.has(this.code);
  }
}

export function errorBody(code: number, message: string, status: number): object {
  return { code, message, more_info: `https://www.twilio.com/docs/errors/${code}`, status };
}
