import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Carrier } from '../src/carrier/index.ts';
import {
  account,
  ada,
  ben,
  type Customer,
  clientOf,
  secondAccount,
  startCarrier,
  startCustomer,
  until,
} from './carrier-setup.ts';

let carrier: Carrier;
let customer: Customer;
beforeEach(async () => {
  customer = await startCustomer();
  carrier = await startCarrier();
});
afterEach(async () => {
  await carrier.stop();
  await customer.stop();
});

const hello = { to: ada, from: account.from, body: 'Disk full on db-17. Reply 7F3K1 to accept.' };

describe('a message', () => {
  test('is taken as queued, with the fields that the client library reads', async () => {
    const message = await clientOf(carrier).messages.create(hello);
    expect(message).toMatchObject({
      ...hello,
      status: 'queued',
      accountSid: account.accountSid,
      direction: 'outbound-api',
    });
    expect(message.sid).toMatch(/^SM[0-9a-f]{32}$/);
    expect(message.numSegments).toBe('1');
    expect(message.uri).toBe(`/2010-04-01/Accounts/${account.accountSid}/Messages/${message.sid}.json`);
    expect(Math.abs(message.dateCreated.getTime() - Date.now())).toBeLessThan(2000);
    expect(message.dateSent).toBeNull();
  });

  test('reaches the phone, and its callbacks are signed and in order', async () => {
    const statusCallback = `${customer.url}/status?key=e1/r1`;
    const { sid } = await clientOf(carrier).messages.create({ ...hello, statusCallback });
    await until(() => customer.at('/status').length === 2, 'two callbacks');
    expect(customer.at('/status').map((each) => each.parameters.MessageStatus)).toEqual(['sent', 'delivered']);
    for (const each of customer.heard) {
      expect(each).toMatchObject({ method: 'POST', signed: true });
      expect(each.parameters).toMatchObject({
        MessageSid: sid,
        AccountSid: account.accountSid,
        To: ada,
        From: account.from,
        key: 'e1/r1',
      });
      expect(each.parameters.ErrorCode).toBeUndefined();
    }
    expect(carrier.phone(ada).messages).toMatchObject([{ sid, body: hello.body, status: 'delivered' }]);
    expect((await clientOf(carrier).messages(sid).fetch()).status).toBe('delivered');
  });

  test('to a phone that is off ends undelivered, with 30003', async () => {
    carrier.phone(ada, { off: true });
    const { sid } = await clientOf(carrier).messages.create({ ...hello, statusCallback: `${customer.url}/status` });
    await until(() => customer.at('/status').length === 2, 'two callbacks');
    expect(customer.heard[1]?.parameters).toMatchObject({ MessageStatus: 'undelivered', ErrorCode: '30003' });
    expect(await clientOf(carrier).messages(sid).fetch()).toMatchObject({ status: 'undelivered', errorCode: 30003 });
    expect(carrier.phone(ada).messages).toEqual([]);
  });

  test('is never sent once its validity is over', async () => {
    const slow = await startCarrier({ timings: { queueMs: 200, secondMs: 10 } });
    const { sid } = await clientOf(slow).messages.create({
      ...hello,
      validityPeriod: 2,
      statusCallback: `${customer.url}/status`,
    });
    await until(() => customer.at('/status').length === 1, 'a callback');
    expect(customer.heard[0]?.parameters).toMatchObject({
      MessageSid: sid,
      MessageStatus: 'failed',
      ErrorCode: '30036',
    });
    await slow.stop();
  });

  test('is sent as often as it is ordered: the carrier knows no duplicates', async () => {
    const client = clientOf(carrier);
    const [first, second] = await Promise.all([client.messages.create(hello), client.messages.create(hello)]);
    expect(first.sid).not.toBe(second.sid);
    await until(() => carrier.phone(ada).messages.length === 2, 'both messages');
  });

  test('can be called off while it is queued, and not afterwards', async () => {
    const slow = await startCarrier({ timings: { queueMs: 150 } });
    const client = clientOf(slow);
    const [stays, goes] = await Promise.all([client.messages.create(hello), client.messages.create(hello)]);
    expect((await client.messages(goes.sid).update({ status: 'canceled' })).status).toBe('canceled');
    await until(() => slow.phone(ada).messages.length === 1, 'the other message');
    expect(slow.phone(ada).messages[0]?.sid).toBe(stays.sid);
    await expect(client.messages(stays.sid).update({ status: 'canceled' })).rejects.toMatchObject({
      status: 409,
      code: 30409,
    });
    expect(slow.unexpected).toEqual([]);
    await slow.stop();
  });

  test('whose callbacks nobody answers does not hold up the stop, and tells nothing after it', async () => {
    let heard = 0;
    let brokenOff = false;
    const silent = createServer((_req, res) => {
      heard += 1;
      res.once('close', () => (brokenOff = true));
    });
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const { port } = silent.address() as AddressInfo;
    try {
      const { sid } = await clientOf(carrier).messages.create({
        ...hello,
        statusCallback: `http://127.0.0.1:${port}/`,
      });
      await until(() => heard === 1, 'the first callback');
      // The second waits for the first to be answered.
      await until(() => carrier.phone(ada).messages.some((one) => one.sid === sid), 'the message');
      const stoppedAt = Date.now();
      await carrier.stop();
      expect(Date.now() - stoppedAt).toBeLessThan(1000);
      await until(() => brokenOff, 'the end of the first callback');
      // A request of our own comes second: the callback that was queued behind the first went nowhere.
      await fetch(`http://127.0.0.1:${port}/`, { signal: AbortSignal.timeout(100) }).catch(() => undefined);
      expect(heard).toBe(2);
    } finally {
      silent.closeAllConnections();
      await new Promise((resolve) => silent.close(resolve));
    }
  });
});

describe('the list of messages', () => {
  test('is filtered by number and time, and goes on over pages, newest first', async () => {
    const client = clientOf(carrier);
    const before = new Date(Date.now() - 60_000);
    const sids: string[] = [];
    for (let count = 0; count < 5; count += 1) sids.unshift((await client.messages.create(hello)).sid);
    await client.messages.create({ ...hello, to: ben });
    const found = await client.messages.list({ to: ada, dateSentAfter: before, pageSize: 2 });
    expect(found.map((each) => each.sid)).toEqual(sids);
    expect(await client.messages.list({ to: ada, dateSentBefore: before })).toEqual([]);
    expect(await client.messages.list({ to: ada, from: account.from, limit: 1 })).toMatchObject([{ sid: sids[0] }]);
    expect(await client.messages.list({ dateSent: new Date(), limit: 3 })).toEqual(expect.any(Array));
  });

  test("never shows another account's messages", async () => {
    const { sid } = await clientOf(carrier).messages.create(hello);
    const other = clientOf(carrier, secondAccount);
    expect(await other.messages.list({ to: ada })).toEqual([]);
    await expect(other.messages(sid).fetch()).rejects.toMatchObject({ status: 404, code: 20404 });
  });
});

describe('a reply on a phone', () => {
  const twiml =
    '<?xml version="1.0" encoding="UTF-8"?>\n<Response><Message>You have it &amp; nobody else is asked.</Message></Response>';

  test('is posted, signed, to the account that wrote last, and its answer is shown', async () => {
    customer.answers.set('/sms', twiml);
    carrier.setSmsUrl(secondAccount.accountSid, `${customer.url}/sms`);
    await clientOf(carrier).messages.create(hello);
    await until(() => carrier.phone(ada).messages.length === 1, 'the first message');
    await clientOf(carrier, secondAccount).messages.create({ ...hello, from: secondAccount.from });
    await until(() => carrier.phone(ada).messages.length === 2, 'the second message');

    const reply = await carrier.phone(ada).reply('7F3K1');
    expect(reply).toMatchObject({ status: 200, answers: ['You have it & nobody else is asked.'] });
    expect(customer.at('/sms')).toMatchObject([
      {
        signed: true,
        parameters: {
          MessageSid: reply.sid,
          From: ada,
          To: secondAccount.from,
          Body: '7F3K1',
          AccountSid: secondAccount.accountSid,
        },
      },
    ]);
    expect(carrier.phone(ada).messages.at(-1)).toMatchObject({
      body: 'You have it & nobody else is asked.',
      direction: 'outbound-reply',
    });
    expect(carrier.phone(ada).replies).toMatchObject([{ sid: reply.sid, body: '7F3K1' }]);
    expect(carrier.unexpected).toEqual([]);
  });

  test.each([
    ['that is refused', 403, 'was answered with 403'],
    ['that is answered with something else than TwiML', '<Responses/>', '12100'],
    [
      'that is answered with a verb of another world',
      '<Response><Say>Hello</Say></Response>',
      '<Say> is not carried out',
    ],
    ['that is answered with a document that does not close', '<Response><Message>Hi</Response>', 'closes nothing'],
    ['that is answered with a bare ampersand', '<Response><Message>R&D</Message></Response>', 'ampersand'],
  ])('%s is unexpected', async (_, answer, complaint) => {
    customer.answers.set('/sms', answer);
    carrier.setSmsUrl(account.accountSid, `${customer.url}/sms`);
    expect((await carrier.phone(ada).reply('1')).answers).toEqual([]);
    expect(carrier.unexpected).toEqual([expect.stringContaining(complaint)]);
  });

  test('to a customer who is away is lost, and nobody is to blame', async () => {
    carrier.setSmsUrl(account.accountSid, 'http://127.0.0.1:9/sms');
    expect(await carrier.phone(ada).reply('1')).toEqual({ sid: expect.stringMatching(/^SM/), answers: [] });
    expect(carrier.unexpected).toEqual([]);
  });
});
