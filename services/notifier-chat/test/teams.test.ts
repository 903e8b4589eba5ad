import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { createPost } from '@tocsin/notifier-kit';
import { describeProvider } from '@tocsin/notifier-kit/testing';
import { createGuard } from '@tocsin/platform';
import { Outcome } from '@tocsin/proto/notifier/v1';
import { z } from 'zod';
import { createTeams } from '../src/providers/teams.ts';
import { type Endpoint, startEndpoint } from './endpoint.ts';
import { startWorld, type World } from './world.ts';

const FLOW = '/workflows/0123abcd/triggers/manual/paths/invoke?api-version=2016-06-01&sig=a-secret-signature';
/** Teams refuses messages above about 28 KB. */
const MOST_BYTES = 28_000;

const textRun = z.strictObject({
  type: z.literal('TextRun'),
  text: z.string().min(1),
  size: z.literal('Large').optional(),
  weight: z.literal('Bolder').optional(),
  isSubtle: z.boolean().optional(),
});
/** What a flow "post to a chat when a webhook request is received" takes, as far as we use it; what is not here is refused. */
const message = z.strictObject({
  type: z.literal('message'),
  summary: z.string().min(1),
  attachments: z
    .array(
      z.strictObject({
        contentType: z.literal('application/vnd.microsoft.card.adaptive'),
        contentUrl: z.null(),
        content: z.strictObject({
          $schema: z.literal('http://adaptivecards.io/schemas/adaptive-card.json'),
          type: z.literal('AdaptiveCard'),
          version: z.literal('1.4'),
          msteams: z.strictObject({ width: z.literal('Full') }),
          body: z
            .array(z.strictObject({ type: z.literal('RichTextBlock'), inlines: z.array(textRun).length(1) }))
            .min(1),
        }),
      }),
    )
    .length(1),
});

function startTeams(): Promise<Endpoint> {
  return startEndpoint(
    ({ path, headers, body }) => {
      if (path !== FLOW) return `no such flow: ${path}`;
      if (headers['content-type'] !== 'application/json') return 'it is no JSON';
      if (Buffer.byteLength(body) > MOST_BYTES) return 'it is too long';
      const parsed = message.safeParse(JSON.parse(body));
      return parsed.success ? null : z.prettifyError(parsed.error);
    },
    { status: 202, body: '' },
  );
}

function read(endpoint: Endpoint): string[] {
  const { attachments } = message.parse(JSON.parse(endpoint.received.at(-1)?.body ?? ''));
  return attachments[0]!.content.body.map(({ inlines }) => inlines[0]!.text);
}

describeProvider('teams', async () => {
  const endpoint = await startTeams();
  const address = `teams:${endpoint.url}${FLOW}`;
  let told = '';
  const provider = createTeams(createPost(createGuard(['127.0.0.0/8'])));
  return {
    // A flow has no ids of its own: what it took is known by ours.
    provider: {
      ...provider,
      async send(...args) {
        const sent = await provider.send(...args);
        told = sent.providerId;
        return sent;
      },
    },
    peer: {
      next: endpoint.next,
      problems: endpoint.problems,
      stop: endpoint.stop,
      get asked() {
        return endpoint.asked;
      },
      get resources() {
        return endpoint.received.map(() => ({ sid: told, to: address }));
      },
    },
    secrets: [FLOW, 'a-secret-signature'],
    invalidTarget: { do: 'refuse', status: 404 },
    address,
    statuses: { 401: 'invalid-target', 403: 'invalid-target', 404: 'invalid-target' },
    readsAnswers: false,
  };
});

let world: World;
let endpoint: Endpoint;
beforeEach(async () => {
  [world, endpoint] = await Promise.all([startWorld(), startTeams()]);
  world.neighbours.addresses?.set('acme/ada/ada-phone', `teams:${endpoint.url}${FLOW}`);
});
afterEach(async () => {
  await Promise.all([world.stop(), endpoint.stop()]);
  expect(endpoint.problems).toEqual([]);
  for (const personal of [FLOW, endpoint.url, 'Ben Ito']) expect(world.logged()).not.toContain(personal);
});

test('a page is a card that says how bad and what, and where it can be answered', async () => {
  expect(await world.neighbours.deliver({}, { title: '**db-17** [down](https://evil.example)' })).toMatchObject({
    outcome: Outcome.SENT,
    provider: 'teams',
  });
  expect(read(endpoint)).toEqual([
    'CRITICAL INC-42',
    '**db-17** [down](https://evil.example)',
    'Answer by phone, SMS, or in the console.',
  ]);
});

test('news names who has it, and asks for nothing', async () => {
  await world.neighbours.deliver({ kind: 'taken' }, { ownerPersonId: 'ben' });
  expect(read(endpoint)).toEqual(['INC-42 is taken by Ben Ito.']);
});
