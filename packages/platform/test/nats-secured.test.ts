import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { nkeys } from '@nats-io/nats-core';
import { type Engine, startTestEngines } from '@tocsin/local/engines';
import { type Authority, createAuthority, type KeyPair, startSecuredNats } from '@tocsin/local/secured';
import { connectNats, type NatsConnection, until } from '../src/index.ts';

let folder: string;
let authority: Authority;
let stranger: Authority;
let server: KeyPair;
/** Asks for a certificate and for a user. */
let strict: Engine;
/** Asks for a signature by a key. */
let keyed: Engine;
let files: { NATS_CA: string; NATS_CERT: string; NATS_KEY: string };
let creds: string;
const who = { NATS_USER: 'tocsin', NATS_PASSWORD: 'pa55' };
const open: NatsConnection[] = [];

async function put(name: string, text: string): Promise<string> {
  const file = path.join(folder, name);
  await writeFile(file, text);
  return file;
}

async function putPair(name: string, { cert, key }: KeyPair) {
  return { NATS_CERT: await put(`${name}.crt`, cert), NATS_KEY: await put(`${name}.key`, key) };
}

/** As `nsc` writes them. Only an operator's server reads what the first part says. */
function credentialsOf(seed: string): string {
  const part = (name: string, text: string) => `-----BEGIN ${name}-----\n${text}\n------END ${name}------\n`;
  return `${part('NATS USER JWT', 'e30.e30.c2ln')}\n${part('USER NKEY SEED', seed)}`;
}

async function connected(...args: Parameters<typeof connectNats>): Promise<NatsConnection> {
  const nc = await connectNats(...args);
  open.push(nc);
  return nc;
}

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'tocsin-nats-'));
  [authority, stranger] = await Promise.all([createAuthority('right'), createAuthority('stranger')]);
  server = await authority.issue('nats');
  const user = nkeys.createUser();
  [strict, keyed] = await Promise.all([
    startSecuredNats({
      dataDir: path.join(folder, 'strict'),
      server,
      clientCa: authority.cert,
      authorization: `user: ${who.NATS_USER}, password: ${who.NATS_PASSWORD}`,
    }),
    startSecuredNats({
      dataDir: path.join(folder, 'keyed'),
      server,
      authorization: `users: [{ nkey: ${user.getPublicKey()} }]`,
    }),
  ]);
  files = {
    NATS_CA: await put('ca.crt', authority.cert),
    ...(await putPair('client', await authority.issue('client'))),
  };
  creds = await put('user.creds', credentialsOf(new TextDecoder().decode(user.getSeed())));
}, 60_000);
afterEach(() => Promise.all(open.splice(0).map((nc) => nc.close())));
afterAll(async () => {
  await Promise.all([strict?.stop(), keyed?.stop()]);
  await rm(folder, { recursive: true, force: true });
});

test('a certificate and a user are taken, from the environment or from the address', async () => {
  await (await connected(strict.address, 'test', { ...files, ...who })).flush();
  const { host } = new URL(strict.address);
  await (await connected(`tls://tocsin:pa55@${host}`, 'test', files)).flush();
});

test('a file of credentials is taken', async () => {
  await (await connected(keyed.address, 'test', { NATS_CA: files.NATS_CA, NATS_CREDS: creds })).flush();
});

test('an address with tls:// is never spoken to without TLS', async () => {
  const plain = await startTestEngines({ nats: true });
  try {
    const address = plain.natsUrl.replace('nats://', 'tls://');
    const refused = await connectNats(address, 'test', {}).catch((error) => error);
    expect(refused).toMatchObject({
      name: 'InvalidInput',
      message: expect.stringMatching(/^NATS_URL: .* speaks no TLS/),
    });
  } finally {
    await plain.stop();
  }
});

describe('says in one line, with the setting’s name, what is wrong', () => {
  const table: [string, () => Promise<Parameters<typeof connectNats>[2]>, string, RegExp][] = [
    [
      'another authority than the server’s',
      async () => ({ ...files, ...who, NATS_CA: await put('other.crt', stranger.cert) }),
      'InvalidInput',
      /^NATS_CA: the authority in this file did not sign the certificate of NATS at /,
    ],
    [
      'no authority, and a server whose own is private',
      async () => who,
      'InvalidInput',
      /^NATS_CA: is not set, and no authority that the system knows signed /,
    ],
    [
      'no certificate of ours',
      async () => ({ NATS_CA: files.NATS_CA, ...who }),
      'InvalidInput',
      /^NATS_CERT: NATS at .* asks for a certificate, and this is not set/,
    ],
    [
      'a certificate of an authority that the server does not know',
      async () => ({ ...files, ...who, ...(await putPair('stranger', await stranger.issue('stranger'))) }),
      'InvalidInput',
      /^NATS_CERT: NATS at .* does not take the certificate in this file/,
    ],
    [
      'another password',
      async () => ({ ...files, ...who, NATS_PASSWORD: 'other' }),
      'Unavailable',
      /does not take the credentials of NATS_USER and NATS_PASSWORD: Authorization Violation$/,
    ],
    ['no user', async () => files, 'Unavailable', /does not take the credentials of NATS_URL/],
    [
      'a file that is not there',
      async () => ({ ...who, NATS_CA: '/nowhere/ca.crt' }),
      'InvalidInput',
      /^NATS_CA: \/nowhere\/ca\.crt cannot be read \(ENOENT\)$/,
    ],
    [
      'a file of credentials that holds none',
      async () => ({ NATS_CA: files.NATS_CA, NATS_CREDS: await put('words', 'none') }),
      'InvalidInput',
      /^NATS_CREDS: .*words holds no credentials of a NATS user$/,
    ],
  ];

  test.each(table)('%s', async (_what, given, name, words) => {
    const refused = await connectNats(strict.address, 'test', await given()).catch((error) => error);
    expect(refused).toMatchObject({ name, message: expect.stringMatching(words) });
    expect(refused.message).not.toMatch(/pa55|\n/);
  });

  test.each([
    [{ NATS_CERT: '/c' }, /NATS_KEY: is missing beside NATS_CERT/],
    [{ NATS_USER: 'u' }, /NATS_PASSWORD: is missing beside NATS_USER/],
    [{ NATS_USER: 'u', NATS_PASSWORD: 'secret', NATS_CREDS: '/c' }, /NATS_CREDS: is one too many/],
  ])('settings that do not go together: %j', async (settings, words) => {
    const before = { ...process.env };
    try {
      Object.assign(process.env, settings);
      const refused = await connectNats(strict.address, 'test').catch((error) => error);
      expect(refused.message).toMatch(words);
      expect(refused.message).not.toContain('secret');
    } finally {
      process.env = before;
    }
  });
});

test('a certificate that was renewed is shown at the next connection', async () => {
  const own = await putPair('renewed', await authority.issue('client'));
  const engine = await startSecuredNats({ dataDir: path.join(folder, 'renewing'), server, clientCa: authority.cert });
  try {
    const nc = await connected(engine.address, 'test', { NATS_CA: files.NATS_CA, ...own });
    await engine.stop();
    await writeFile(path.join(folder, 'renewing', 'clients.crt'), stranger.cert);
    await putPair('renewed', await stranger.issue('client'));
    await engine.restart();
    const flushed = () =>
      nc.flush().then(
        () => true,
        () => false,
      );
    await until(flushed, { timeoutMs: 20_000, what: 'the connection to be made again' });
  } finally {
    await engine.stop();
  }
});
