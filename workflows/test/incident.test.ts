import { afterEach, expect, test } from '@jest/globals';
import { newIncident } from '@tocsin/domain';
import { startTestEngines, type TestEngines } from '@tocsin/local/engines';
import { connectNats, createLogger, createTemporalClient, serve, services, until } from '@tocsin/platform';
import { WordsResponse_State } from '@tocsin/proto/incident/v1';
import { Outcome } from '@tocsin/proto/notifier/v1';
import { Channel, TargetKind } from '@tocsin/proto/roster/v1';
import { incidentWorkflowId } from '../contracts/index.ts';
import { createWorker } from '../worker/index.ts';

const log = createLogger('test', 'silent');
const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

const rules = (id: string) => [
  { contactMethodId: `${id}-sms`, channel: Channel.SMS, delayMs: 0, repeats: 0, repeatEveryMs: 0 },
  { contactMethodId: `${id}-voice`, channel: Channel.VOICE, delayMs: 0, repeats: 0, repeatEveryMs: 0 },
];
const layer = (id: string) => ({
  people: [{ personId: id, high: rules(id), low: rules(id), because: `person ${id}` }],
  gaps: [],
});

/** The services that a workflow's activities ask, as small as they can be. */
async function startWorld(turnAfterEvents: number) {
  const engines: TestEngines = await startTestEngines({ nats: true, mongo: false, temporal: true });
  cleanups.push(() => engines.stop());
  const nc = await connectNats(engines.natsUrl, 'test');
  cleanups.push(() => nc.close());
  const target = (id: string) => [{ kind: TargetKind.PERSON, id }];
  const policy = {
    id: 'p',
    version: '1',
    layers: [
      { targets: target('ada'), tryForMs: 60_000n },
      { targets: target('ben'), tryForMs: 60_000n },
    ],
    rounds: 1,
    catchAll: target('boss'),
    catchAllEveryMs: 60_000n,
    ackTimeoutMs: 0n,
  };
  const delivered: string[] = [];
  const withdrawn: string[] = [];
  const entries: string[] = [];
  const refuse = async (): Promise<never> => {
    throw new Error('not asked in this test');
  };
  const running = [
    serve(
      nc,
      services.roster,
      {
        begin: async () => ({ policy, layers: [layer('ada'), layer('ben')], catchAll: layer('boss'), reason: 'named' }),
        resolve: async ({ targets }) => layer(targets[0]?.id ?? 'boss'),
        reach: refuse,
        findByAddress: refuse,
        apply: refuse,
        shifts: refuse,
      },
      { log },
    ),
    serve(
      nc,
      services.incidents,
      {
        words: async () => ({ state: WordsResponse_State.GO, words: { title: 'db-17' } }),
        storeLayer: async ({ people }) => people ?? {},
        append: async ({ entries: more }) => {
          entries.push(...more.map((one) => one.kind));
          return { head: BigInt(entries.length) };
        },
        close: async () => ({ closed: true }),
        answer: refuse,
        command: refuse,
        get: refuse,
        list: refuse,
        applyRoutes: refuse,
      },
      { log },
    ),
    ...['sms', 'voice'].map((instance) =>
      serve(
        nc,
        services.notifier,
        {
          deliver: async ({ key }) => {
            delivered.push(key?.id ?? '');
            return { outcome: Outcome.SENT, provider: 'test' };
          },
          withdraw: async ({ throughRound, personId }) => {
            withdrawn.push(`${instance} ${throughRound} ${personId}`);
            return {};
          },
        },
        { log, instance },
      ),
    ),
  ];
  cleanups.push(() => Promise.all(running.map((one) => one.stop())));
  const worker = createWorker({
    natsUrl: engines.natsUrl,
    temporalAddress: engines.temporalAddress,
    temporalNamespace: engines.namespace,
    logLevel: 'silent',
  });
  await worker.start();
  cleanups.push(() => worker.stop());
  const { client, connection } = await createTemporalClient(engines.temporalAddress, engines.namespace);
  cleanups.push(() => connection.close());
  const state = newIncident({
    incidentId: '01INCIDENT',
    number: 'INC-1',
    organisationId: 'acme',
    teamId: 'secops',
    policyId: 'p',
    drill: false,
    openedAt: Date.now(),
    counts: { version: 1, members: 1, firing: 1, severity: 'critical' },
  });
  const handle = await client.workflow.start('incident', {
    workflowId: incidentWorkflowId('01INCIDENT'),
    taskQueue: 'incidents',
    args: [{ state, turnAfterEvents }],
  });
  return { handle, delivered, withdrawn, entries };
}

const answer = (personId: string, said: 'accept' | 'reject' | 'resolve') => ({
  args: [
    {
      event: {
        kind: 'answer',
        id: `${personId}-${said}`,
        answer: said,
        personId,
        escalationId: 'response',
        round: 1,
        layer: 1,
        channel: 'sms',
      },
    },
  ] as [object],
});

test.each([2_000, 12])(
  'an incident lives from its first page to its close, with a turn each %i events',
  async (turn) => {
    const world = await startWorld(turn);
    await until(() => world.delivered.length >= 2, { what: 'the first layer', timeoutMs: 15_000 });
    expect(new Set(world.delivered.map((key) => key.split('/')[4]))).toEqual(new Set(['ada']));

    expect(await world.handle.executeUpdate('answer', answer('ada', 'reject'))).toMatchObject({ outcome: 'rejected' });
    await until(() => world.delivered.some((key) => key.includes('/ben/')), {
      what: 'the second layer',
      timeoutMs: 15_000,
    });

    expect(await world.handle.executeUpdate('answer', answer('ben', 'accept'))).toMatchObject({
      outcome: 'yours',
      ownerId: 'ben',
    });
    expect(await world.handle.executeUpdate('answer', answer('ada', 'accept'))).toMatchObject({
      outcome: 'taken',
      ownerId: 'ben',
    });
    await until(() => world.withdrawn.includes('sms 1 ') && world.withdrawn.includes('voice 1 '), {
      timeoutMs: 15_000,
    });

    await world.handle.signal('event', answer('ben', 'resolve').args[0] as object);
    expect(await world.handle.result()).toMatchObject({ status: 'closed' });
    expect(world.entries).toEqual(
      expect.arrayContaining(['escalation-started', 'layer-started', 'rejected', 'accepted']),
    );
  },
  60_000,
);
