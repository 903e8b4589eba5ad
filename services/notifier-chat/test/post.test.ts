import { describe, expect, test } from '@jest/globals';
import { createPost } from '@tocsin/notifier-kit';
import { createGuard, type Resolve } from '@tocsin/platform';
import { startEndpoint } from './endpoint.ts';

describe('a request to an address that somebody gave us', () => {
  const request = { headers: {}, body: '{}', signal: AbortSignal.timeout(5_000) };

  test('to a name that leads to this machine never leaves', async () => {
    const endpoint = await startEndpoint(() => null, { status: 204, body: '' });
    const url = endpoint.url.replace('127.0.0.1', 'localhost');
    await expect(createPost(createGuard([]))(url, request)).rejects.toMatchObject({ reason: 'address-not-allowed' });
    expect(endpoint.asked).toBe(0);
    expect((await createPost(createGuard(['127.0.0.0/8', '::1/128']))(url, request)).status).toBe(204);
    await endpoint.stop();
  });

  test('goes to what was checked: a name that changes its mind is asked once', async () => {
    const endpoint = await startEndpoint(() => null, { status: 204, body: '' });
    const answers = ['127.0.0.1', '10.0.0.1'];
    const resolve: Resolve = (_, __, callback) => callback(null, [{ address: answers.shift() ?? '', family: 4 }]);
    const post = createPost(createGuard(['127.0.0.0/8'], resolve));
    const url = endpoint.url.replace('127.0.0.1', 'hooks.example.com');
    expect((await post(url, request)).status).toBe(204);
    expect(answers).toEqual(['10.0.0.1']);
    await endpoint.stop();
  });

  test('is not sent on to where an answer points', async () => {
    const [first, second] = await Promise.all([1, 2].map(() => startEndpoint(() => null, { status: 204, body: '' })));
    first!.next({ do: 'redirect', to: second!.url });
    expect((await createPost(createGuard(['127.0.0.0/8']))(first!.url, request)).status).toBe(307);
    expect(second!.asked).toBe(0);
    await Promise.all([first!.stop(), second!.stop()]);
  });

  test('is given up where the answer has no end', async () => {
    const endpoint = await startEndpoint(() => null, { status: 200, body: 'x'.repeat(300_000) });
    const asked = createPost(createGuard(['127.0.0.0/8']))(endpoint.url, request);
    await expect(asked).rejects.toMatchObject({ kind: 'unknown', reason: 'answer-too-long' });
    await endpoint.stop();
  });
});
