import { createQuietLog, type Neighbours, startNeighbours } from '@tocsin/notifier-kit/testing';
import { createFakeSlack, type FakeSlack } from '../../../deploy/local/src/chat/index.ts';
import { startTestEngines, type TestEngines } from '../../../deploy/local/src/engines/index.ts';
import { createNotifierChat } from '../src/index.ts';

export const WORKSPACE = { id: 'acme', botToken: 'xoxb-a-secret-token', signingSecret: 'a-signing-secret' };
/** The other secret of its app. */
export const ALTERNATE = 'the-other-signing-secret';
export const ADA = 'U0ADA0001';
export const BEN = 'U0BEN0002';

/** The notifier on real engines, between stand-ins for its neighbours and for the world outside. */
export interface World {
  engines: TestEngines;
  neighbours: Neighbours;
  slack: FakeSlack;
  readonly port: number;
  /** Everything that was logged, before anything is struck out of it. */
  logged(): string;
  /** Stops the notifier and starts another. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

export async function startWorld(): Promise<World> {
  const engines = await startTestEngines({ nats: true, mongo: true, temporal: false });
  const neighbours = await startNeighbours(engines.natsUrl, 'chat');
  neighbours.addresses = new Map([
    ['acme/ada/ada-phone', `slack:acme/${ADA}`],
    ['acme/ben/ben-phone', `slack:acme/${BEN}`],
  ]);
  const lines: unknown[] = [];
  const { id: workspaceId, botToken, signingSecret } = WORKSPACE;
  const interactivityUrl = () => `http://127.0.0.1:${notifier.port}/slack/acme/actions`;
  const slack = createFakeSlack({ port: 0, workspaceId, botToken, signingSecret, interactivityUrl });
  await slack.start();
  const create = () =>
    createNotifierChat(
      {
        natsUrl: engines.natsUrl,
        mongoUrl: engines.mongoUrl,
        port: 0,
        host: '127.0.0.1',
        providerTimeoutMs: 500,
        slackWorkspaces: [{ ...WORKSPACE, alternateSigningSecret: ALTERNATE, baseUrl: slack.baseUrl }],
        allowedNetworks: ['127.0.0.0/8'],
      },
      { log: createQuietLog(lines) },
    );
  let notifier = create();
  await notifier.start();
  return {
    engines,
    neighbours,
    slack,
    get port() {
      return notifier.port;
    },
    logged: () => JSON.stringify(lines, (_, value) => (value instanceof Error ? String(value.stack) : value)),
    async restart() {
      await notifier.stop();
      notifier = create();
      await notifier.start();
    },
    async stop() {
      await notifier.stop();
      await neighbours.stop();
      await slack.stop();
      await engines.stop();
    },
  };
}
