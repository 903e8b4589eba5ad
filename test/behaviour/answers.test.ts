import { afterEach, describe, expect, test } from '@jest/globals';
import { twilioSignature } from '@tocsin/local/carrier';
import { codeOn, replyTo } from '../harness/answers.ts';
import { type Harness, type HarnessOptions, startHarness, TURNS } from '../harness/harness.ts';
import { pages } from '../harness/pages.ts';
import { bringText } from '../harness/webhook.ts';

let harness: Harness | undefined;
afterEach(async () => {
  const running = harness;
  harness = undefined;
  await running?.stop();
});

const ALERT = { action: 'trigger', dedup_key: 'db-17', severity: 'critical', title: 'db-17 unreachable' };

describe.each(TURNS)('$name', ({ turnAfterEvents }) => {
  const start = async (options: HarnessOptions = {}): Promise<Harness> => {
    harness = await startHarness({ turnAfterEvents, ...options });
    return harness;
  };
  const answers = async (h: Harness) => (await h.db.collection<{ said: string }>('answers').find().toArray()).length;

  test('a forged answer changes nothing', async () => {
    const h = await start();
    await h.post(ALERT);
    const ada = h.phone('ada');
    const text = { sid: 'SM-forged', from: ada.number, body: `${await codeOn(ada)}1` };
    const elsewhere = twilioSignature(h.tocsin.accounts[0]!.authToken, 'http://elsewhere/twilio/first/sms', {});
    const strangers = twilioSignature('another token', `http://127.0.0.1:${h.tocsin.ports.sms}/twilio/first/sms`, {});
    for (const signature of ['', 'nonsense', elsewhere, strangers]) {
      expect(await bringText(h, text, signature)).toMatchObject({ status: 403 });
    }
    expect(await answers(h)).toBe(0);
    expect((await h.incident()).incident.status).toBe('open');
    // The same text with its true signature is an answer.
    expect((await bringText(h, text)).said).toContain('you have it');
  });

  test('a code from another phone changes nothing, and is not answered', async () => {
    const h = await start();
    await h.post(ALERT);
    const body = `${await codeOn(h.phone('ada'))}1`;
    for (const from of [h.phone('dee').number, '+15559999999']) {
      const { status, said } = await bringText(h, { sid: `SM-from-${from}`, from, body });
      expect(status).toBe(200);
      expect(said).not.toContain('Message');
    }
    expect(await answers(h)).toBe(0);
    expect(await replyTo(h.phone('ada'), 'accept')).toContain('you have it');
  });

  test('a replayed answer is the same answer: it hears the first decision, and changes nothing', async () => {
    const h = await start({ layers: [['ada'], ['ben'], ['cleo']] });
    await h.post(ALERT);
    const ada = h.phone('ada');
    const reject = { sid: 'SM-reject', from: ada.number, body: `${await codeOn(ada)}2` };
    const first = await bringText(h, reject);
    expect(first.said).toContain('the next person is called');
    await h.until(() => pages(h, 'ben').length === 2, { what: 'the next layer' });
    expect(await bringText(h, reject)).toEqual(first);
    // Ada takes it after all: the reject of before, brought once more, does not hand it back.
    const accept = { case: 'accept', value: {} } as const;
    await h.command({ commandId: 'accept-1', incident: 'INC-1', byPersonId: 'ada', command: accept });
    expect(await bringText(h, reject)).toEqual(first);
    const { log } = await h.until(async () => {
      const found = await h.incident();
      return found.incident.ownerPersonId === 'ada' && found;
    });
    expect(log.filter((entry) => entry.kind === 'rejected')).toHaveLength(1);
    expect(await answers(h)).toBe(2);
    expect(h.requests('cleo')).toEqual([]);
  });

  test('a late answer to what is over hears so, and changes nothing on the incident that came after it', async () => {
    const h = await start();
    await h.post(ALERT);
    const ada = h.phone('ada');
    const late = { sid: 'SM-late', from: ada.number, body: `${await codeOn(ada)}1` };
    await h.post({ ...ALERT, action: 'resolve' });
    await h.until(async () => (await h.incident()).incident.status === 'closed', { what: 'the first to close' });
    await h.post(ALERT);
    await h.until(() => pages(h, 'ada', 'message').length === 2, { what: 'ada to be paged of the second' });
    expect((await bringText(h, late)).said).toContain('INC-1: over');
    const second = (await h.incident('INC-2')).incident;
    expect(second).toMatchObject({ status: 'open', ownerPersonId: '' });
    expect(second.previousIncidentId).toBe((await h.incident()).incident.id);
    expect(await replyTo(ada, 'accept')).toContain('INC-2: you have it');
  });

  test('accepted while others are still being paged: no request starts later than 250 ms after that was stored', async () => {
    const layer = Array.from({ length: 60 }, (_, index) => `p${index}`);
    const people = [...layer, 'boss'].map((id) => ({ id, channels: ['sms' as const] }));
    const h = await start({ people, layers: [layer] });
    // One is reached at once. The requests of 49 others take long enough for the answer, and those of the rest wait for them.
    for (const id of layer.slice(1)) h.tocsin.carrier.fault({ to: h.phone(id).number, do: { delayMs: 2_000 } });
    await h.post(ALERT);
    expect(await replyTo(h.phone('p0'), 'accept')).toContain('you have it');
    const ledger = h.db.collection<{ state: string }>('smsLedger');
    await h.until(async () => (await ledger.countDocuments({ state: 'calling' })) === 0, {
      what: 'the end of requests',
    });
    const [answer] = await h.db.collection<{ storedAt: Date }>('answers').find().toArray();
    const sent = layer.flatMap((id) => pages(h, id));
    const late = sent.filter((one) => one.receivedAt > answer!.storedAt.getTime() + 250);
    expect(late).toEqual([]);
    expect(sent.length).toBeLessThan(layer.length);
  });

  test('accepted by SMS while the provider of the call hangs: the call is not tried by another', async () => {
    const tocsin = { overrides: { voice: { providerTimeoutMs: 2_000 } } };
    const h = await start({ tocsin });
    const [first] = h.tocsin.accounts;
    h.tocsin.carrier.fault({ accountSid: first!.accountSid, kind: 'call', do: 'hang' });
    await h.post(ALERT);
    const calls = () => h.tocsin.carrier.record().filter((one) => one.kind === 'call');
    await h.until(() => calls().length === 1, { what: 'the call to be asked for' });
    expect(await replyTo(h.phone('ada'), 'accept')).toContain('you have it');
    const ledger = h.db.collection<{ attempts: { outcome: string }[]; lease: { until: Date } | null }>('voiceLedger');
    const row = await h.until(
      async () => {
        const found = await ledger.findOne();
        if (!found) return false;
        const isHeld = found.lease !== null && found.lease.until.getTime() > Date.now();
        // Cut off, or looked for since and not found.
        const isOver = ['unknown', 'absent'].includes(found.attempts[0]?.outcome ?? '');
        return isOver && !isHeld && found;
      },
      { what: 'the notifier to let go of it' },
    );
    expect(row.attempts).toHaveLength(1);
    expect(calls()).toHaveLength(1);
  });

  test('many accept at the same instant through two replicas: one owner, and the others hear who', async () => {
    const layer = ['ada', 'ben', 'cleo', 'dee'];
    const h = await start({ layers: [layer] });
    await h.tocsin.addReplica('incidents');
    await h.tocsin.addReplica('sms');
    await h.post(ALERT);
    const phones = layer.map((id) => h.phone(id));
    await h.until(() => phones.every((phone) => phone.messages.length === 1), { what: 'all to be paged' });
    const said = await Promise.all(phones.map((phone) => replyTo(phone, 'accept')));
    const { incident, log } = await h.until(async () => {
      const found = await h.incident();
      return found.incident.ownerPersonId !== '' && found;
    });
    const owner = incident.ownerPersonId;
    const name = owner.charAt(0).toUpperCase() + owner.slice(1);
    expect(log.filter((entry) => entry.kind === 'accepted')).toHaveLength(1);
    expect(said[layer.indexOf(owner)]).toContain('you have it');
    expect(said.filter((text) => text.includes(`${name} has it`))).toHaveLength(3);
  });
});
