import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { until } from '@tocsin/platform';
import { AnswerOutcome } from '@tocsin/proto/incident/v1';
import { Outcome } from '@tocsin/proto/notifier/v1';
import { AnswerKind } from '@tocsin/proto/page/v1';
import { ADA, ALTERNATE, BEN, startWorld, WORKSPACE, type World } from './world.ts';

let world: World;
beforeEach(async () => {
  world = await startWorld();
});
afterEach(async () => {
  await world.stop();
  expect(world.slack.problems).toEqual([]);
  const logged = world.logged();
  for (const personal of [ADA, BEN, 'Ada Roth', 'Ben Ito', WORKSPACE.botToken, WORKSPACE.signingSecret])
    expect(logged).not.toContain(personal);
});

const deliver = (...args: Parameters<World['neighbours']['deliver']>) => world.neighbours.deliver(...args);
const newest = () => world.slack.posts.at(-1)!;
const reads = (user: string, text: string) =>
  until(() => world.slack.readBy(user).some((one) => one.includes(text)), { what: `${user} to read "${text}"` });

describe('a page', () => {
  test('is a direct message that says how bad and what, with two buttons', async () => {
    expect(await deliver()).toMatchObject({ outcome: Outcome.SENT, provider: 'slack-acme', providerId: newest().sid });
    expect(world.slack.readBy(ADA)).toEqual(['*CRITICAL INC-42*\ndb-17 unreachable\nAccept\nReject']);
    expect(newest().text).toBe('PAGE CRITICAL INC-42 db-17 unreachable');
  });

  test('cannot call everybody, link, or look like something else', async () => {
    await deliver({}, { title: '<!channel> *down* & <https://evil.example|log in> :tada:' });
    expect(JSON.stringify(newest().blocks)).toContain(
      '&lt;!channel&gt; *down* &amp; &lt;https://evil.example|log in&gt; :tada:',
    );
    expect(world.slack.readBy(ADA)[0]).toContain('<!channel> *down* & <https://evil.example|log in> :tada:');
  });

  test('in a channel of the team names who is meant', async () => {
    world.neighbours.addresses?.set('acme/ada/ada-phone', `slack:acme/${ADA}@C0SECOPS1`);
    await deliver();
    expect(newest()).toMatchObject({ channel: 'C0SECOPS1', text: expect.stringContaining(`<@${ADA}>`) });
  });

  test('for a workspace that nobody set up is refused, and nobody is asked', async () => {
    world.neighbours.addresses?.set('acme/ada/ada-phone', `slack:elsewhere/${ADA}`);
    expect(await deliver()).toMatchObject({ outcome: Outcome.REFUSED, reason: 'no-provider-for-address' });
    expect(world.slack.asked).toBe(0);
  });

  test('to a member who is gone is refused, with a catalogued reason', async () => {
    world.slack.next({ do: 'error', error: 'user_disabled' });
    expect(await deliver()).toMatchObject({ outcome: Outcome.REFUSED, reason: 'slack-user-disabled' });
  });
});

describe('a press', () => {
  test('accepts, and the message says so and has no buttons any more', async () => {
    await deliver();
    await world.slack.answer(newest(), 'accept', ADA);
    await reads(ADA, 'Ada Roth has it.');
    expect(world.slack.readBy(ADA)).toEqual(['*CRITICAL INC-42*\ndb-17 unreachable\nAda Roth has it.']);
    expect(world.neighbours.answersAsked).toMatchObject([{ answer: AnswerKind.ACCEPT, key: { personId: 'ada' } }]);
  });

  test('rejects', async () => {
    world.neighbours.decide = () => ({ outcome: AnswerOutcome.REJECTED });
    await deliver();
    await world.slack.answer(newest(), 'reject', ADA);
    await reads(ADA, 'Ada Roth rejected it; the next person is called.');
    expect(world.neighbours.answersAsked).toMatchObject([{ answer: AnswerKind.REJECT }]);
  });

  test('that is late is told who has it', async () => {
    world.neighbours.decide = () => ({ outcome: AnswerOutcome.TAKEN, ownerPersonId: 'ben' });
    await deliver();
    await world.slack.answer(newest(), 'accept', ADA);
    await reads(ADA, 'Ben Ito has it.');
  });

  test('twice is one answer', async () => {
    await deliver();
    const page = { ...newest(), blocks: newest().blocks };
    await Promise.all([1, 2].map(() => world.slack.answer(page, 'accept', ADA)));
    await reads(ADA, 'Ada Roth has it.');
    expect(new Set(world.neighbours.answersAsked.map((one) => one.answerId)).size).toBe(1);
  });

  test('of somebody else in the team’s channel counts for nobody, and only they are told', async () => {
    world.neighbours.addresses?.set('acme/ada/ada-phone', `slack:acme/${ADA}@C0SECOPS1`);
    await deliver();
    await world.slack.answer(newest(), 'accept', BEN);
    await until(() => world.slack.whispers.length === 1, { what: 'ben to be told' });
    expect(world.slack.whispers).toMatchObject([{ user: BEN, text: expect.stringContaining('somebody else') }]);
    expect(world.neighbours.answersAsked).toEqual([]);
  });

  test.each([
    ['signed with another secret', { secret: 'not-the-secret' }],
    ['recorded six minutes ago', { timestamp: Math.floor(Date.now() / 1_000) - 360 }],
    ['from the future', { timestamp: Math.floor(Date.now() / 1_000) + 360 }],
  ])('that was %s is refused', async (_, forged) => {
    await deliver();
    expect(await world.slack.press(newest(), 'accept', ADA, forged)).toBe(403);
    expect(world.neighbours.answersAsked).toEqual([]);
  });

  test('is taken with either secret while they change', async () => {
    await deliver();
    expect(await world.slack.press(newest(), 'accept', ADA, { secret: ALTERNATE })).toBe(200);
    await reads(ADA, 'Ada Roth has it.');
  });

  test('is stored, and noted, while incidents is away; told on, it is decided', async () => {
    let away = true;
    world.neighbours.decide = () => {
      if (away) throw new Error('away');
      return { outcome: AnswerOutcome.YOURS };
    };
    await deliver();
    await world.slack.answer(newest(), 'accept', ADA);
    await reads(ADA, 'Noted, working on it.');
    await world.restart();
    const before = world.neighbours.answersAsked.length;
    away = false;
    await until(() => world.neighbours.answersAsked.length > before, { what: 'the answer to be told on' });
    world.neighbours.logs(7, 'accepted', { person: 'ada' });
    await reads(ADA, 'Ada Roth has it.');
  });
});

describe('as the incident moves', () => {
  test('messages of everybody paged say who has it, and then that it is over', async () => {
    await deliver();
    await deliver({ personId: 'ben', contactMethodId: 'ben-phone' });
    world.neighbours.logs(5, 'accepted', { person: 'ben' });
    await Promise.all([reads(ADA, 'Ben Ito has it.'), reads(BEN, 'Ben Ito has it.')]);
    world.neighbours.logs(9, 'closed');
    await Promise.all([reads(ADA, 'Over.'), reads(BEN, 'Over.')]);
    expect(world.slack.posts).toHaveLength(2);
  });

  test('who rejected sees that, and others keep their buttons', async () => {
    await deliver();
    await deliver({ personId: 'ben', contactMethodId: 'ben-phone' });
    world.neighbours.logs(5, 'rejected', { person: 'ada' });
    await reads(ADA, 'rejected it');
    expect(world.slack.readBy(BEN)).toEqual([expect.stringContaining('Accept')]);
  });

  test('handed back, a message that named somebody says that people are called again', async () => {
    await deliver();
    world.neighbours.logs(5, 'accepted', { person: 'ben' });
    await reads(ADA, 'Ben Ito has it.');
    world.neighbours.logs(6, 'layer-started', { round: 2, layer: 1 });
    await reads(ADA, 'people are called again');
  });

  test('an older entry that comes late changes nothing', async () => {
    await deliver();
    world.neighbours.logs(9, 'closed');
    await reads(ADA, 'Over.');
    world.neighbours.logs(5, 'accepted', { person: 'ben' });
    await deliver({ personId: 'ben', contactMethodId: 'ben-phone', incidentId: 'i2' });
    world.neighbours.logs(10, 'rejected', { person: 'ada' });
    await reads(ADA, 'rejected it');
    expect(world.slack.posts[0]?.edits).toBe(2);
  });

  test('a page that is answered while it is on its way says so once it is there', async () => {
    world.slack.next({ do: 'take-slowly', ms: 400 });
    const delivering = deliver();
    await until(() => world.slack.asked === 1, { what: 'slack to be asked' });
    world.neighbours.logs(5, 'accepted', { person: 'ben' });
    expect((await delivering).outcome).toBe(Outcome.SENT);
    await reads(ADA, 'Ben Ito has it.');
  });

  test('a change that Slack puts off or fails is made in the end', async () => {
    await deliver();
    world.slack.changes.next({ do: 'refuse', status: 429, retryAfterSeconds: 1 }, { do: 'refuse', status: 500 });
    world.neighbours.logs(5, 'accepted', { person: 'ben' });
    await until(() => world.slack.readBy(ADA)[0]?.includes('Ben Ito has it.'), {
      timeoutMs: 20_000,
      what: 'the change',
    });
  });

  test('a message that somebody deleted is let be', async () => {
    await deliver();
    world.slack.changes.next({ do: 'error', error: 'message_not_found' });
    world.neighbours.logs(5, 'accepted', { person: 'ben' });
    await until(() => world.logged().includes('message cannot be changed any more'), { what: 'it to be given up' });
    expect(world.logged()).not.toContain('not changed yet');
  });
});

describe('limits', () => {
  test('after a 429 nothing is asked of the channel until Slack said; other channels go on', async () => {
    world.slack.next({ do: 'refuse', status: 429, retryAfterSeconds: 60 });
    expect(await deliver()).toMatchObject({ outcome: Outcome.FAILED, reason: 'rate-limited' });
    expect(await deliver()).toMatchObject({ outcome: Outcome.FAILED, reason: 'rate-limited' });
    expect(world.slack.asked).toBe(1);
    expect(await deliver({ personId: 'ben', contactMethodId: 'ben-phone' })).toMatchObject({ outcome: Outcome.SENT });
  });

  test('after a short one the page goes out by itself when it is asked for again', async () => {
    world.slack.next({ do: 'refuse', status: 429, retryAfterSeconds: 1 });
    await deliver();
    await until(async () => (await deliver()).outcome === Outcome.SENT, { everyMs: 100, what: 'the page' });
    expect(world.slack.asked).toBe(2);
  });
});

describe('trouble', () => {
  test('a Slack that hangs is given up; what may have arrived goes again as a possible repeat', async () => {
    world.slack.next({ do: 'take-then-hang' });
    expect(await deliver()).toMatchObject({ outcome: Outcome.IN_PROGRESS });
    await until(async () => (await deliver()).outcome === Outcome.SENT, {
      everyMs: 500,
      timeoutMs: 20_000,
      what: 'the page to go again',
    });
    expect(world.slack.readBy(ADA).map((one) => one.includes('Possible repeat.'))).toEqual([false, true]);
  });

  test('news names who has it, and asks for nothing', async () => {
    await deliver({ kind: 'taken' }, { ownerPersonId: 'ben' });
    expect(world.slack.readBy(ADA)).toEqual(['*INC-42 is taken by Ben Ito.*']);
  });
});
