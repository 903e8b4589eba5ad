import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from '@jest/globals';
import { freePort } from '@tocsin/local/engines';
import { signedHeaders, until } from '@tocsin/platform';
import { MESSAGE_TYPES, TEST_TYPE } from '../src/core/catalogue.ts';
import { RETRY_DELAYS_MS } from '../src/core/schedule.ts';
import { newSecret } from '../src/store/sealed.ts';

const service = path.join(import.meta.dirname, '..');
const page = await readFile(path.join(service, '../../docs/webhooks.md'), 'utf8');
const rows = page
  .split('\n')
  .filter((line) => line.startsWith('|'))
  .map((line) => line.split('|').map((cell) => cell.trim()));

test('the page has every type of message, when it is sent, and what it tells', () => {
  const told = rows.filter(([, first = '']) => /^`(incident|webhook)\./.test(first));
  expect(told.map(([, type]) => type)).toEqual(
    [...MESSAGE_TYPES, { type: TEST_TYPE }].map(({ type }) => `\`${type}\``),
  );
  for (const [i, { when, detail }] of MESSAGE_TYPES.entries()) {
    const [, , says, besides = ''] = told[i]!;
    expect(says).toBe(when);
    for (const field of Object.keys(detail({}))) expect(besides).toContain(`\`${field}\``);
  }
});

test('the page has the schedule of attempts', () => {
  const waits = rows.filter(([, first = '']) => /^\d+$/.test(first)).map(([, , wait = '']) => wait);
  expect(waits).toEqual(['at once', ...RETRY_DELAYS_MS.map(inWords)]);
});

function inWords(ms: number): string {
  const seconds = ms / 1_000;
  const parts = [
    [Math.floor(seconds / 3_600), 'h'],
    [Math.floor(seconds / 60) % 60, 'min'],
    [seconds % 60, 's'],
  ] as const;
  return parts
    .filter(([count]) => count > 0)
    .map(([count, unit]) => `${count} ${unit}`)
    .join(' ');
}

test('the receiver of the page takes what is signed, and nothing else', async () => {
  const [, code = ''] = /```js\n(.*?)```/s.exec(page)!;
  const secret = newSecret();
  const port = await freePort();
  const receiver = spawn(process.execPath, ['--input-type=module', '-e', code], {
    cwd: service,
    env: { PORT: String(port), TOCSIN_WEBHOOK_SECRET: secret },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  receiver.stdout.on('data', (chunk) => (said += chunk));
  const message = {
    id: 'msg_1',
    at: Date.now(),
    body: '{"type":"incident.opened","data":{"incident":{"number":"INC-1"}}}',
  };
  const send = (secrets: string[], body = message.body) =>
    fetch(`http://127.0.0.1:${port}/`, { method: 'POST', headers: signedHeaders(secrets, message), body });
  try {
    const first = await until(() => send([secret]), { what: 'the receiver to listen' });
    expect(first.status).toBe(204);
    expect((await send([newSecret(), secret])).status).toBe(204);
    expect((await send([newSecret()])).status).toBe(401);
    expect((await send([secret], message.body.replace('INC-1', 'INC-2'))).status).toBe(401);
    await until(() => said === 'msg_1 incident.opened INC-1\n'.repeat(2), { what: `what was taken, not ${said}` });
  } finally {
    receiver.kill();
  }
});
