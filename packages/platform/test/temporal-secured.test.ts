import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startTestEngines, type TestEngines } from '@tocsin/local/engines';
import {
  type Authority,
  createAuthority,
  type KeyPair,
  startTemporalGate,
  type TemporalGate,
} from '@tocsin/local/secured';
import {
  connectTemporalWorker,
  createTemporalClient,
  loadConfig,
  type TemporalSecurity,
  temporalEnvironment,
  until,
} from '../src/index.ts';

let engines: TestEngines;
let authority: Authority;
let stranger: Authority;
let gate: TemporalGate;
let folder: string;
const KEY = 'key-of-now';

/** Everything that may be in a mounted Secret, as files. */
async function put(name: string, text: string): Promise<string> {
  const file = path.join(folder, name);
  await writeFile(file, text);
  return file;
}

async function putPair(name: string, { cert, key }: KeyPair) {
  return { certPath: await put(`${name}.crt`, cert), keyPath: await put(`${name}.key`, key) };
}

/** What the server takes, with parts of it exchanged. */
async function security({ apiKey, ...tls }: Partial<TemporalSecurity & NonNullable<TemporalSecurity['tls']>> = {}) {
  const client = await putPair('client', await authority.issue('client'));
  const right = { serverCaPath: await put('ca.crt', authority.cert), client };
  return { tls: { ...right, ...tls }, apiKey: apiKey ?? { path: await put('api-key', `${KEY}\n`) } };
}

beforeAll(async () => {
  engines = await startTestEngines({ temporal: true });
  [authority, stranger] = await Promise.all([createAuthority('right'), createAuthority('stranger')]);
  folder = await mkdtemp(path.join(tmpdir(), 'tocsin-temporal-'));
  const server = await authority.issue('temporal');
  gate = await startTemporalGate({ upstream: engines.temporalAddress, server, clientCa: authority.cert, apiKey: KEY });
}, 120_000);
afterAll(async () => {
  await gate?.stop();
  await engines?.stop();
  await rm(folder, { recursive: true, force: true });
});

const asks = async (given: TemporalSecurity, address = gate.address) => {
  const temporal = await createTemporalClient(address, engines.namespace, { security: given });
  try {
    return await temporal.client
      .withDeadline(Date.now() + 2_000, () => temporal.client.workflow.getHandle('incident/none').describe())
      .catch((error: Error) => error.name);
  } finally {
    await temporal.connection.close();
  }
};

test('client and worker reach a Temporal that demands TLS, a client’s certificate and a key', async () => {
  const given = await security();
  expect(await asks(given)).toBe('WorkflowNotFoundError');
  const worker = await connectTemporalWorker(gate.address, { security: given });
  await worker.current.workflowService.getSystemInfo({});
  await worker.close();
});

test('the name in the server’s certificate need not be the address’s', async () => {
  const given = await security({ serverName: 'temporal.example.com' });
  expect(await asks(given)).toBe('WorkflowNotFoundError');
  await (await connectTemporalWorker(gate.address, { security: given })).close();
});

interface Refusal {
  what: string;
  given: () => Promise<TemporalSecurity>;
  name: 'InvalidInput' | 'Unavailable';
  words: RegExp;
}

const refusals: Refusal[] = [
  {
    what: 'another authority than the server’s',
    given: async () => security({ serverCaPath: await put('other-ca.crt', stranger.cert) }),
    name: 'InvalidInput',
    words: /^TEMPORAL_TLS_SERVER_CA_CERT_PATH: the authority in this file did not sign the certificate of Temporal at /,
  },
  {
    what: 'no authority, and a server whose own is private',
    given: () => security({ serverCaPath: undefined }),
    name: 'InvalidInput',
    words: /^TEMPORAL_TLS_SERVER_CA_CERT_PATH: is not set, and no authority that the system knows signed /,
  },
  {
    what: 'another name than the certificate’s',
    given: () => security({ serverName: 'nobody.example.org' }),
    name: 'InvalidInput',
    words: /^TEMPORAL_TLS_SERVER_NAME: the certificate of Temporal at .* is for another name/,
  },
  {
    what: 'no client certificate',
    given: () => security({ client: undefined }),
    name: 'InvalidInput',
    words: /^TEMPORAL_TLS_CLIENT_CERT_PATH: Temporal at .* asks for a certificate, and this is not set/,
  },
  {
    what: 'a client certificate of an authority that the server does not know',
    given: async () => security({ client: await putPair('stranger', await stranger.issue('stranger')) }),
    name: 'Unavailable',
    words: /hangs up after the handshake: it may not take the certificate in TEMPORAL_TLS_CLIENT_CERT_PATH$/,
  },
  {
    what: 'a client certificate that expired',
    given: async () => {
      const old = await authority.issue('old', { notAfter: new Date('2026-01-01T00:00:00Z') });
      return security({ client: await putPair('old', old) });
    },
    name: 'InvalidInput',
    words: /^TEMPORAL_TLS_CLIENT_CERT_PATH: the certificate in this file expired at 2026-01-01T00:00:00.000Z/,
  },
  {
    what: 'another key than that of the certificate',
    given: async () => {
      const { certPath } = await putPair('one', await authority.issue('one'));
      const { keyPath } = await putPair('other', await authority.issue('other'));
      return security({ client: { certPath, keyPath } });
    },
    name: 'InvalidInput',
    words: /^TEMPORAL_TLS_CLIENT_KEY_PATH: .*other\.key is not the key of the certificate in .*one\.crt$/,
  },
  {
    what: 'a file that is not there',
    given: () => security({ serverCaPath: '/nowhere/ca.crt' }),
    name: 'InvalidInput',
    words: /^TEMPORAL_TLS_SERVER_CA_CERT_PATH: \/nowhere\/ca\.crt cannot be read \(ENOENT\)$/,
  },
  {
    what: 'a file that holds no certificate',
    given: async () => security({ serverCaPath: await put('words', 'no certificate') }),
    name: 'InvalidInput',
    words: /^TEMPORAL_TLS_SERVER_CA_CERT_PATH: .*words holds no certificate as PEM$/,
  },
  {
    what: 'another API key',
    given: () => security({ apiKey: { value: 'key-of-yesterday' } }),
    name: 'InvalidInput',
    words: /^TEMPORAL_API_KEY: Temporal at .* does not take this key/,
  },
  {
    what: 'an empty file for the API key',
    given: async () => security({ apiKey: { path: await put('empty', '\n') } }),
    name: 'InvalidInput',
    words: /^TEMPORAL_API_KEY_PATH: .*empty holds no API key$/,
  },
  {
    what: 'no TLS at all, to a server that speaks nothing else',
    given: async () => ({}),
    name: 'Unavailable',
    words: /if it speaks TLS, set TEMPORAL_TLS$/,
  },
];

describe('says in one line, with the setting’s name, what is wrong', () => {
  test.each(refusals)('a worker with $what', async ({ given, name, words }) => {
    const refused = await connectTemporalWorker(gate.address, { security: await given() }).catch((error) => error);
    expect(refused).toMatchObject({ name, message: expect.stringMatching(words) });
    expect(refused.message).not.toMatch(/\n|key-of/);
  });

  test.each(refusals)('a client with $what', async ({ given, name, words }) => {
    const wanted = await given();
    const explained = await createTemporalClient(gate.address, engines.namespace, { security: wanted }).then(
      async (temporal) => {
        const reason = await temporal.explain();
        await temporal.connection.close();
        return reason;
      },
      (error) => error,
    );
    expect(explained).toMatchObject({ name, message: expect.stringMatching(words) });
  });

  test('TLS, to a server that speaks none', async () => {
    const given = await security();
    const refused = await connectTemporalWorker(engines.temporalAddress, { security: given }).catch((error) => error);
    expect(refused).toMatchObject({ name: 'InvalidInput', message: expect.stringMatching(/^TEMPORAL_TLS: .* no TLS/) });
  });

  test('no API key, where one is asked for', async () => {
    const { tls } = await security();
    const refused = await connectTemporalWorker(gate.address, { security: { tls } }).catch((error) => error);
    expect(refused.message).toMatch(/^TEMPORAL_API_KEY: Temporal at .* asks for a key, and this is not set/);
  });

  test('a server that takes us has nothing to explain', async () => {
    const temporal = await createTemporalClient(gate.address, engines.namespace, { security: await security() });
    expect(await temporal.explain()).toBeUndefined();
    await temporal.connection.close();
  });
});

test('renewed certificates and keys are put to use without a restart', async () => {
  const [before, after] = await Promise.all([createAuthority('before'), createAuthority('after')]);
  const server = await authority.issue('temporal');
  const own = await startTemporalGate({
    upstream: engines.temporalAddress,
    server,
    clientCa: before.cert,
    apiKey: 'one',
  });
  const client = await putPair('renewed', await before.issue('client'));
  const given = await security({ client, apiKey: { path: await put('renewed-key', 'one') } });
  const options = { security: given, lookEveryMs: 100 };
  const temporal = await createTemporalClient(own.address, engines.namespace, options);
  const worker = await connectTemporalWorker(own.address, options);
  const first = worker.current;
  const answers = () =>
    Promise.all(
      [temporal.connection, worker.current].map((one) =>
        one.withDeadline(Date.now() + 1_000, () => one.workflowService.getSystemInfo({})),
      ),
    ).then(
      () => true,
      () => false,
    );
  try {
    expect(await answers()).toBe(true);
    own.trust(after.cert);
    own.apiKey = 'two';
    await until(async () => !(await answers()), { what: 'what was before to be refused' });
    await putPair('renewed', await after.issue('client'));
    await put('renewed-key', 'two');
    await until(answers, { timeoutMs: 20_000, what: 'what is new to be put to use' });
    expect(worker.current).not.toBe(first);
  } finally {
    await temporal.connection.close();
    await worker.close();
    await own.stop();
  }
}, 60_000);

describe('settings', () => {
  const read = (env: Record<string, string>) => loadConfig(temporalEnvironment, { TEMPORAL_ADDRESS: 'a:7233', ...env });

  test('an address alone is spoken to without TLS', () => {
    expect(read({})).toEqual({ temporalAddress: 'a:7233', temporalNamespace: 'default', temporalSecurity: {} });
  });

  test.each([
    ['TEMPORAL_TLS', 'true', {}],
    ['TEMPORAL_TLS_SERVER_NAME', 'temporal.example.com', { serverName: 'temporal.example.com' }],
    ['TEMPORAL_TLS_SERVER_CA_CERT_PATH', '/ca.crt', { serverCaPath: '/ca.crt' }],
    ['TEMPORAL_API_KEY', 'k', {}],
  ])('%s alone asks for TLS', (variable, value, tls) => {
    expect(read({ [variable]: value }).temporalSecurity.tls).toEqual(tls);
  });

  test.each([
    [{ TEMPORAL_TLS_CLIENT_CERT_PATH: '/c' }, /TEMPORAL_TLS_CLIENT_KEY_PATH: is missing beside/],
    [{ TEMPORAL_TLS_CLIENT_KEY_PATH: '/k' }, /TEMPORAL_TLS_CLIENT_CERT_PATH: is missing beside/],
    [{ TEMPORAL_API_KEY: 'secret', TEMPORAL_API_KEY_PATH: '/k' }, /TEMPORAL_API_KEY_PATH: is one too many/],
    [{ TEMPORAL_API_KEY: 'secret', TEMPORAL_TLS: 'false' }, /TEMPORAL_TLS: switches off what TEMPORAL_API_KEY needs/],
    [{ TEMPORAL_TLS: 'perhaps' }, /TEMPORAL_TLS: /],
  ])('refuses %j, and shows no key', (env, words) => {
    expect(() => read(env)).toThrow(words);
    expect(() => read(env)).not.toThrow(/secret/);
  });
});
