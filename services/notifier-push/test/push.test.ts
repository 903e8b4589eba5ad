import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { until } from '@tocsin/platform';
import { AnswerOutcome } from '@tocsin/proto/incident/v1';
import { DeviceWord, Outcome } from '@tocsin/proto/notifier/v1';
import { AnswerKind } from '@tocsin/proto/page/v1';
import { startWorld, type World } from './world.ts';

let world: World;
beforeEach(async () => {
  world = await startWorld();
});
afterEach(async () => {
  const secrets = ['ada', 'ben'].map((name) => world.push.device(name).subscription);
  await world.stop();
  expect(world.push.problems).toEqual([]);
  const personal = ['Ben Ito', 'devices/ada', ...secrets.map(({ auth }) => auth)];
  for (const one of personal) expect(world.logged()).not.toContain(one);
});

const deliver = (...args: Parameters<World['neighbours']['deliver']>) => world.neighbours.deliver(...args);
const onScreen = (name: string) => world.push.device(name).shown.map(({ title, look }) => `${title}: ${look.body}`);
const soon = (probe: () => unknown, what: string) =>
  until(async () => Boolean(await probe()), { timeoutMs: 15_000, what });
const BEN = { personId: 'ben', contactMethodId: 'ben-phone' };

test('a page is on the screen, encrypted on its way, and says back that it was shown', async () => {
  expect(await deliver()).toMatchObject({ outcome: Outcome.SENT, provider: 'web-push' });
  expect(onScreen('ada')).toEqual(['CRITICAL INC-42: db-17 unreachable']);
  expect(world.push.device('ada').shown[0]).toMatchObject({ rang: 1, look: { requireInteraction: true } });
  const { token } = world.push.pushes[0]!.message;
  expect(world.logged()).not.toContain(token);
});

test('accepted on the screen it is decided, says so, and the same press again hears the same', async () => {
  await deliver();
  const { token } = world.push.pushes[0]!.message;
  expect(await world.push.device('ada').press('INC-42', 'accept')).toBe(200);
  expect(onScreen('ada')).toEqual(['INC-42: You have it.']);
  world.neighbours.decide = () => ({ outcome: AnswerOutcome.OVER });
  const again = await world.neighbours.notifier.hearDevice({ token, word: DeviceWord.ACCEPT });
  expect(again).toMatchObject({ incidentNumber: 'INC-42', outcome: 'yours', says: 'you have it' });
  expect(world.neighbours.answersAsked).toMatchObject([{ answer: AnswerKind.ACCEPT, key: { personId: 'ada' } }]);
});

test('who is late hears who has it; a reject is one', async () => {
  world.neighbours.decide = () => ({ outcome: AnswerOutcome.TAKEN, ownerPersonId: 'ben' });
  await deliver();
  await world.push.device('ada').press('INC-42', 'reject');
  expect(onScreen('ada')).toEqual(['INC-42: Ben Ito has it.']);
  expect(world.neighbours.answersAsked).toMatchObject([{ answer: AnswerKind.REJECT }]);
});

test('an answer that is not decided yet is stored, and says so', async () => {
  world.neighbours.decide = () => {
    throw new Error('away');
  };
  await deliver();
  await world.push.device('ada').press('INC-42', 'accept');
  expect(onScreen('ada')).toEqual(['INC-42: Noted, working on it.']);
});

test('answered elsewhere, every screen says so without a sound, and nothing is left to press', async () => {
  await deliver();
  await deliver(BEN);
  world.neighbours.logs(7, 'accepted', { person: 'ben' });
  await soon(() => onScreen('ada')[0] === 'INC-42: Ben Ito has it.\ndb-17 unreachable', 'ada’s screen to say so');
  await soon(() => onScreen('ben')[0]?.includes('Ben Ito has it.'), 'ben’s screen to say so');
  expect(world.push.device('ada').shown).toMatchObject([{ rang: 1, look: { actions: [] } }]);
  world.neighbours.logs(9, 'closed');
  await soon(() => onScreen('ada')[0]?.startsWith('INC-42: Over.'), 'ada’s screen to say that it is over');
});

test('a page of a later round stays on the screen, whatever is told of the one before', async () => {
  await deliver();
  await deliver({ round: 2 });
  world.neighbours.logs(7, 'rejected', { person: 'ada', round: 1 });
  await soon(() => world.push.pushes.length === 3, 'the revision to come');
  expect(onScreen('ada')).toEqual(['CRITICAL INC-42: db-17 unreachable']);
  expect(world.push.device('ada').shown[0]?.look.actions).toHaveLength(2);
});

test('a browser that is not there any more is refused, and the roster is told to forget it', async () => {
  const { address } = world.push.device('ada');
  world.push.unsubscribe('ada');
  expect(await deliver()).toMatchObject({ outcome: Outcome.REFUSED, reason: 'subscription-expired' });
  await soon(() => world.neighbours.forgotten.includes(address), 'the roster to be told');
  expect(await deliver({ round: 2 })).toMatchObject({ outcome: Outcome.REFUSED, reason: 'no-address' });
  expect(world.push.asked).toBe(1);
});

test('a browser that went away after its page is found out by what is sent in its place', async () => {
  await deliver();
  world.push.unsubscribe('ada');
  world.neighbours.logs(7, 'accepted', { person: 'ben' });
  await soon(() => world.neighbours.forgotten.length === 1, 'the roster to be told');
});

test('what may have arrived goes again as a possible repeat; shown twice, it is one notification', async () => {
  world.push.next({ do: 'take-then-hang' });
  // The screen says that it was shown before our own request ends: then there is nothing to repeat.
  expect((await deliver()).outcome).toBe(Outcome.SENT);
  expect(world.push.pushes).toHaveLength(1);
  world.push.next({ do: 'hang' });
  expect((await deliver({ round: 2 })).outcome).toBe(Outcome.IN_PROGRESS);
  await until(async () => (await deliver({ round: 2 })).outcome === Outcome.SENT, {
    everyMs: 500,
    timeoutMs: 20_000,
    what: 'the page to go again',
  });
  expect(onScreen('ada')).toEqual(['CRITICAL INC-42: db-17 unreachable\nPossible repeat.']);
});

test.each([
  ['nothing', ''],
  ['a guess', 'guessed'],
])('%s answers no page', async (_, token) => {
  await deliver();
  const said = world.neighbours.notifier.hearDevice({ token, word: DeviceWord.ACCEPT });
  await expect(said).rejects.toMatchObject({ name: 'NotFound', code: 'page-unknown' });
  expect(world.neighbours.answersAsked).toEqual([]);
});

test('a word that is none is refused by name', async () => {
  await deliver();
  const { token } = world.push.pushes[0]!.message;
  const said = world.neighbours.notifier.hearDevice({ token });
  await expect(said).rejects.toMatchObject({ name: 'InvalidInput', field: 'word' });
});

test('news asks for nothing, and makes no sound', async () => {
  await deliver({ kind: 'taken' }, { ownerPersonId: 'ben' });
  expect(onScreen('ada')).toEqual(['INC-42: INC-42 is taken by Ben Ito.']);
  expect(world.push.device('ada').shown[0]).toMatchObject({ rang: 0, look: { actions: [] } });
});
