import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';
import { snippetsFor } from './snippets.ts';

const KEY = 'tV69oZNxecJLeqBmYSCDgxhGO5z-mSkT';
const POST_TO = 'https://in.example/v1/in';

/** What curl is called with when a snippet is pasted into a shell. */
async function pasted(text: string): Promise<string[]> {
  const { stdout } = await promisify(execFile)('sh', ['-c', `curl() { printf '%s\\n' "$@"; }\n${text}`]);
  return stdout.trimEnd().split('\n');
}

test('a snippet that is pasted into a shell sends what it says, with the key', async () => {
  const [firing, resolved, plain, address] = snippetsFor(POST_TO, KEY);
  const key = ['-H', `Authorization: Bearer ${KEY}`];
  const json = ['-H', 'Content-Type: application/json'];
  const alert = '{"id":"db-17","title":"db-17 unreachable","severity":"critical"}';
  expect(await pasted(firing!.text)).toEqual([...key, ...json, '-d', alert, POST_TO]);
  expect(await pasted(resolved!.text)).toEqual([...key, ...json, '-d', '{"id":"db-17","status":"resolved"}', POST_TO]);
  expect(await pasted(plain!.text)).toEqual([
    ...key,
    ...['-H', 'Content-Type: text/plain', '--data-binary', 'Disk full on db-17'],
    POST_TO,
  ]);
  expect(address!.text).toBe(`${POST_TO}/${KEY}`);
});
