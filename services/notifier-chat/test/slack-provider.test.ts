import { createPost } from '@tocsin/notifier-kit';
import { describeProvider } from '@tocsin/notifier-kit/testing';
import { createFakeSlack } from '../../../deploy/local/src/chat/index.ts';
import { createSlack } from '../src/providers/slack.ts';

const workspace = { id: 'acme', botToken: 'xoxb-a-secret-token', signingSecret: 'a-secret' };

describeProvider('slack', async () => {
  const { id: workspaceId, ...secrets } = workspace;
  const peer = createFakeSlack({ ...secrets, port: 0, workspaceId, interactivityUrl: () => 'http://127.0.0.1:1' });
  await peer.start();
  return {
    provider: createSlack({ ...workspace, baseUrl: peer.baseUrl }, createPost(null)),
    peer,
    secrets: [workspace.botToken],
    invalidTarget: { do: 'error', error: 'channel_not_found' },
    address: 'slack:acme/U012AB3CD',
  };
});
