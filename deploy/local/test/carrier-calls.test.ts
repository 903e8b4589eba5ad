import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import twilio from 'twilio';
import type { Carrier, CarrierOptions, Phone } from '../src/carrier/index.ts';
import { account, ada, type Customer, clientOf, startCarrier, startCustomer, until } from './carrier-setup.ts';

let carrier: Carrier;
let customer: Customer;
let phone: Phone;
beforeEach(async () => {
  customer = await startCustomer();
  await restart({});
});
afterEach(async () => {
  await carrier.stop();
  await customer.stop();
});

async function restart(options: Partial<CarrierOptions>): Promise<void> {
  await carrier?.stop();
  carrier = await startCarrier(options);
  phone = carrier.phone(ada);
}

const everyEvent = ['initiated', 'ringing', 'answered', 'completed'];
const question = () => {
  const voice = new twilio.twiml.VoiceResponse();
  const gather = voice.gather({ numDigits: 1, timeout: 5, action: '/digits?key=k1', method: 'POST' });
  gather.say('Tocsin. Press 4 to accept, or 6 to reject.');
  voice.say('Nothing was pressed. Goodbye.');
  return voice.toString();
};

async function place(wishes: object = {}): Promise<string> {
  const call = await clientOf(carrier).calls.create({
    to: ada,
    from: account.from,
    url: `${customer.url}/voice?key=k1`,
    statusCallback: `${customer.url}/status`,
    statusCallbackEvent: everyEvent,
    ...wishes,
  } as never);
  return call.sid;
}

const ringing = () => until(() => phone.calls.find((call) => call.status === 'ringing'), 'ringing');
const ended = () => until(() => phone.calls.find((call) => call.endedAt !== undefined), 'the end of the call');
const told = (count: number) =>
  until(() => customer.at('/status').length === count && customer.at('/status'), `${count} callbacks`);

describe('a call', () => {
  test('rings, is answered, speaks, takes a digit and follows the next TwiML', async () => {
    customer.answers.set('/voice', question());
    customer.answers.set('/digits', '<Response><Say>You have it.</Say><Hangup/></Response>');
    const sid = await place();
    expect((await ringing()).sid).toBe(sid);

    await phone.answer();
    expect(phone.calls[0]).toMatchObject({
      status: 'in-progress',
      listening: true,
      spoken: ['Tocsin. Press 4 to accept, or 6 to reject.'],
    });
    expect(await phone.press('4')).toBe(true);
    expect(phone.calls[0]).toMatchObject({
      status: 'completed',
      digits: '4',
      spoken: [expect.any(String), 'You have it.'],
    });

    expect(customer.at('/voice')).toMatchObject([
      { signed: true, method: 'POST', parameters: { CallSid: sid, CallStatus: 'in-progress', key: 'k1', To: ada } },
    ]);
    expect(customer.at('/digits')).toMatchObject([
      { signed: true, parameters: { CallSid: sid, Digits: '4', key: 'k1' } },
    ]);
    const callbacks = await told(4);
    expect(callbacks.map(({ parameters }) => [parameters.SequenceNumber, parameters.CallStatus])).toEqual([
      ['0', 'initiated'],
      ['1', 'ringing'],
      ['2', 'in-progress'],
      ['3', 'completed'],
    ]);
    for (const { parameters, signed } of callbacks) {
      expect(signed).toBe(true);
      expect(parameters).toMatchObject({ CallSid: sid, AccountSid: account.accountSid, To: ada, From: account.from });
      expect(Math.abs(Date.parse(parameters.Timestamp ?? '') - Date.now())).toBeLessThan(5000);
    }
    expect(callbacks[3]?.parameters).toMatchObject({ CallDuration: '1', Duration: '1', SipResponseCode: '200' });
    expect(carrier.record().at(-1)).toMatchObject({
      kind: 'call',
      sid,
      to: ada,
      status: 201,
      spoken: [expect.any(String), 'You have it.'],
    });
    expect(carrier.unexpected).toEqual([]);
  });

  test('tells only its end when no other event was asked for', async () => {
    customer.answers.set('/voice', '<Response/>');
    await place({ statusCallbackEvent: undefined });
    await ringing();
    await phone.answer();
    expect((await told(1))[0]?.parameters).toMatchObject({ CallStatus: 'completed', SequenceNumber: '3' });
  });

  test('is told and fetched by GET where that was asked for, with the query signed', async () => {
    customer.answers.set('/voice', '<Response><Say>Hello.</Say></Response>');
    await place({ method: 'GET', statusCallbackMethod: 'GET' });
    await ringing();
    await phone.answer();
    await told(4);
    expect(customer.heard.every((each) => each.method === 'GET' && each.signed)).toBe(true);
    expect(customer.at('/voice')[0]?.parameters).toMatchObject({ key: 'k1', CallStatus: 'in-progress' });
  });

  test.each([
    ['nobody answers', {}, 'no-answer', '480'],
    ['the phone is engaged', { busy: true }, 'busy', '486'],
    ['the phone is off', { off: true }, 'no-answer', '480'],
  ])('ends when %s', async (_, habits, status, sip) => {
    await restart({ ringMs: 40 });
    phone.behave(habits);
    await place();
    expect((await ended()).status).toBe(status);
    const last = await until(
      () => customer.at('/status').find((each) => each.parameters.SipResponseCode),
      'the end told',
    );
    expect(last.parameters).toMatchObject({ CallStatus: status, SipResponseCode: sip, CallDuration: '0' });
    expect(customer.at('/voice')).toEqual([]);
  });

  test('rings for its Timeout when the carrier sets no other limit', async () => {
    await restart({ timings: { secondMs: 2 } });
    await place({ timeout: 20 });
    const call = await ended();
    expect(call.status).toBe('no-answer');
    expect((call.endedAt ?? 0) - (call.ringingAt ?? 0)).toBeGreaterThanOrEqual(38);
  });

  test('can be declined, and hung up', async () => {
    customer.answers.set('/voice', question());
    await place();
    await ringing();
    await phone.hangUp();
    expect(phone.calls[0]?.status).toBe('busy');
    await place();
    await ringing();
    await phone.answer();
    await phone.hangUp();
    expect(phone.calls[1]?.status).toBe('completed');
    await expect(phone.press('4')).rejects.toThrow('no call in progress');
    await expect(phone.answer()).rejects.toThrow('no ringing call');
  });

  test('answers itself on a phone that does so', async () => {
    customer.answers.set('/voice', '<Response><Say>Hello.</Say></Response>');
    phone.behave({ autoAnswer: true });
    await place();
    expect(await ended()).toMatchObject({ status: 'completed', spoken: ['Hello.'] });
  });

  test('that a mailbox takes says so, when asked', async () => {
    await restart({ ringMs: 20 });
    customer.answers.set('/voice', '<Response><Say>Call back.</Say></Response>');
    phone.behave({ voicemail: true });
    await place({ machineDetection: 'Enable' });
    expect((await ended()).spoken).toEqual(['Call back.']);
    expect(customer.at('/voice')[0]?.parameters.AnsweredBy).toBe('machine_start');
    await place({ machineDetection: 'Enable', asyncAmd: 'true', asyncAmdStatusCallback: `${customer.url}/amd` });
    expect((await until(() => customer.at('/amd')[0], 'who answered')).parameters.AnsweredBy).toBe('machine_start');
    expect(customer.at('/amd')[0]?.signed).toBe(true);
  });
});

describe('the API over a call', () => {
  test('ends one that rings as canceled, and one in progress as completed', async () => {
    const client = clientOf(carrier);
    customer.answers.set('/voice', question());
    const first = await place();
    await ringing();
    expect((await client.calls(first).update({ status: 'canceled' })).status).toBe('canceled');
    await expect(client.calls(first).update({ status: 'completed' })).rejects.toMatchObject({
      status: 400,
      code: 21220,
    });

    const second = await place();
    await ringing();
    await phone.answer();
    expect((await client.calls(second).update({ status: 'canceled' })).status).toBe('in-progress');
    expect((await client.calls(second).update({ status: 'completed' })).status).toBe('completed');
    expect(carrier.unexpected).toEqual([]);
  });

  test('gives one in progress other words, which end what it was doing', async () => {
    customer.answers.set('/voice', question());
    const sid = await place();
    await ringing();
    await phone.answer();
    await clientOf(carrier).calls(sid).update({ twiml: '<Response><Say>Ben has it.</Say></Response>' });
    expect((await ended()).spoken).toEqual([expect.any(String), 'Ben has it.']);
    expect(customer.at('/digits')).toEqual([]);
  });

  test('lists calls by number, status and time, and fetches one', async () => {
    const client = clientOf(carrier);
    const sid = await place();
    await ringing();
    const since = new Date(Date.now() - 60_000);
    expect(await client.calls.list({ to: ada, status: 'ringing', startTimeAfter: since })).toMatchObject([{ sid }]);
    expect(await client.calls.list({ to: ada, status: 'completed' })).toEqual([]);
    expect(await client.calls(sid).fetch()).toMatchObject({
      status: 'ringing',
      direction: 'outbound-api',
      answeredBy: null,
    });
  });
});

describe('TwiML', () => {
  async function hear(twiml: string, options: Partial<CarrierOptions> = {}): Promise<Phone['calls'][number]> {
    await restart({ timings: { secondMs: 10 }, ...options });
    await place({ url: undefined, twiml });
    await ringing();
    return phone.answer();
  }

  test('is spoken without its markup, and goes on after silence', async () => {
    await hear(
      '<?xml version="1.0"?><Response><Say voice="alice" loop="2"><prosody rate="slow">R &amp; D:</prosody>  <sub alias="one">1</sub></Say><Pause length="2"/>' +
        '<Gather numDigits="1" timeout="3"><Say>Press.</Say></Gather><Say><![CDATA[<Goodbye>]]></Say></Response>',
    );
    expect(await ended()).toMatchObject({
      status: 'completed',
      spoken: ['R & D: one', 'R & D: one', 'Press.', '<Goodbye>'],
    });
    expect(carrier.unexpected).toEqual([]);
  });

  test('gathers until the finishing key, until enough, or until silence', async () => {
    const gather = (attributes: string) =>
      `<Response><Gather ${attributes} action="${customer.url}/digits"><Say>Press.</Say></Gather></Response>`;
    customer.answers.set('/digits', '<Response><Hangup/></Response>');
    await hear(gather(''), { timings: {} });
    await phone.press('12#');
    await hear(gather('numDigits="2" finishOnKey="*"'), { timings: {} });
    await phone.press('#4');
    await hear(gather('timeout="3"'), { timings: { secondMs: 50 } });
    await phone.press('7');
    await until(() => customer.at('/digits').length === 3, 'three answers');
    expect(customer.at('/digits').map((each) => [each.parameters.Digits, each.parameters.FinishedOnKey])).toEqual([
      ['12', '#'],
      ['#4', ''],
      ['7', ''],
    ]);
  });

  test('lets a key cut its words short', async () => {
    customer.answers.set('/digits', '<Response><Say>Thanks.</Say></Response>');
    const long = `<Response><Gather numDigits="1" action="${customer.url}/digits"><Say>${'word '.repeat(200)}</Say><Say>never</Say></Gather></Response>`;
    await hear(long, { timings: { speechMsPerCharacter: 5 } });
    const pressedAt = Date.now();
    await phone.press('1');
    expect(phone.calls[0]?.spoken.at(-1)).toBe('Thanks.');
    expect(Date.now() - pressedAt).toBeLessThan(1000);
  });

  test('hears no key where nothing listens', async () => {
    await hear('<Response><Pause length="600"/></Response>');
    expect(await phone.press('1')).toBe(false);
  });

  test('redirects, and asks the fallback when the customer fails', async () => {
    customer.answers.set('/voice', '<Response><Redirect method="GET">next</Redirect></Response>');
    customer.answers.set('/next', 500);
    customer.answers.set('/fallback', '<Response><Say>One moment please.</Say></Response>');
    await place({ fallbackUrl: `${customer.url}/fallback` });
    await ringing();
    await phone.answer();
    expect(phone.calls[0]?.spoken).toEqual(['One moment please.']);
    expect(customer.at('/fallback')[0]?.parameters).toMatchObject({
      ErrorCode: '11200',
      ErrorUrl: `${customer.url}/next`,
    });
    expect(customer.at('/next')[0]?.method).toBe('GET');
    expect(carrier.unexpected).toEqual([]);
  });

  test('that is not there makes the call apologise and end', async () => {
    customer.answers.set('/voice', 503);
    await place();
    await ringing();
    await phone.answer();
    expect(phone.calls[0]).toMatchObject({
      status: 'completed',
      spoken: [expect.stringContaining('application error')],
    });
  });

  test.each([
    ['a verb that is not carried out', '<Response><Play>a.mp3</Play></Response>', '<Play>'],
    ['a verb in the wrong case', '<Response><say>Hello</say></Response>', '<say>'],
    ['an attribute that does not exist', '<Response><Say speed="2">Hello</Say></Response>', 'attribute speed'],
    ['speech input', '<Response><Gather input="speech"/></Response>', 'only dtmf'],
    ['no words', '<Response><Say> </Say></Response>', 'no words'],
    ['text beside the verbs', '<Response>Hello</Response>', 'beside the verbs'],
    ['an element that is not closed', '<Response><Say>Hello</Say>', 'not closed'],
    ['a root of its own', '<Twiml/>', 'not <Response>'],
    ['a document type', '<!DOCTYPE Response><Response/>', 'not well-formed'],
    ['whitespace before the declaration', ' <?xml version="1.0"?><Response/>', 'not well-formed'],
    ['an address that leads nowhere', '<Response><Redirect>/next</Redirect></Response>', 'no address'],
    ['a loop without an end', '', '200 documents'],
  ])('with %s is unexpected', async (_, twiml, complaint) => {
    customer.answers.set('/loop', `<Response><Redirect>${customer.url}/loop</Redirect></Response>`);
    await hear(twiml || `<Response><Redirect>${customer.url}/loop</Redirect></Response>`);
    await ended();
    expect(carrier.unexpected).toEqual([expect.stringContaining(complaint)]);
    expect(phone.calls[0]?.spoken.at(-1)).toContain('application error');
  });
});
