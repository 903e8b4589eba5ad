import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from '@jest/globals';
import { timestamp, until } from '@tocsin/platform';
import { codeOn, pressOn, replyTo } from '../harness/answers.ts';
import { type Said, saidInLogs, saidInStreams, saidInTemporal } from '../harness/everything-said.ts';
import { ORGANISATION } from '../harness/organisation.ts';
import { type ProcessSystem, startProcesses } from '../harness/process-system.ts';

const TITLE = 'Quokka-Ledger of Wilhelmina unreachable';
const REASON = 'in an aeroplane over Greenland';
const NOTE = 'replaced the broken zeppelin';
const NAMES = { ada: 'Adelgunde Zwiebelturm', ben: 'Benedikt Ypsilanti', cleo: 'Cleopatra Xylander', boss: 'Bo Quarz' };
const people = Object.entries(NAMES).map(([id, name]) => ({ id, name }));
const STRANGER = '+15557654321';
const ALERT = { action: 'trigger', dedup_key: 'db-17', severity: 'high', title: TITLE, group_key: 'rack-3' };

type Command = NonNullable<Parameters<ProcessSystem['incidents']['command']>[0]['command']>;

/** What must rest in MongoDB and nowhere else. */
function personal(s: ProcessSystem): string[] {
  const numbers = [STRANGER, ...people.map(({ id }) => s.phone(id).number)].map((one) => one.slice(1));
  return [
    TITLE,
    'Quokka',
    'Wilhelmina',
    REASON,
    NOTE,
    ...Object.values(NAMES).flatMap((name) => [name, name.split(' ')[1]!]),
    ...numbers,
  ];
}

/** A whole life, in which much goes wrong: an unknown phone, a number that is none, a provider that fails, a part that is away. */
async function wholeLife(s: ProcessSystem): Promise<void> {
  const command = (id: string, byPersonId: string, what: Command) =>
    s.incidents.command({ organisationId: ORGANISATION, incident: 'INC-1', commandId: id, byPersonId, command: what });
  const [ada, ben] = [s.phone('ada'), s.phone('ben')];
  s.carrier.fault({ to: ada.number, do: { status: 500 }, times: 1 });
  s.carrier.fault({ to: s.phone('cleo').number, do: { status: 400, code: 21211 } });
  await s.post(ALERT);
  const code = await codeOn(ada);
  await s.post(`{"title": "${TITLE}`);
  await s.carrier.phone(STRANGER).reply(`${code}1`);
  await ada.reply('what is this?');
  await ada.reply(`${code}2 ${REASON}`);
  await until(() => ben.messages.length > 0, { timeoutMs: 20_000, what: 'ben to be paged' });
  await s.processes.sms.kill();
  await ben.reply(`${await codeOn(ben)}1`).catch(() => undefined);
  s.processes.sms.start();
  await s.ready();
  await pressOn(ben, '1');
  await until(async () => (await s.list()).some((one) => one.ownerPersonId === 'ben'), {
    timeoutMs: 20_000,
    what: 'ben to have it',
  });
  await s.post({ ...ALERT, dedup_key: 'db-18', severity: 'critical' });
  await until(() => ben.messages.some((one) => one.body.includes('1 new member')), {
    timeoutMs: 20_000,
    what: 'ben to be told',
  });
  await command('note-1', 'ben', { case: 'note', value: { text: NOTE } });
  await command('snooze-1', 'ben', { case: 'snooze', value: { until: timestamp(Date.now() + 1_000) } });
  await replyTo(ben, 'accept');
  await command('resolve-1', 'ben', { case: 'resolve', value: {} });
  await until(async () => (await s.list()).some((one) => one.number === 'INC-1' && one.status === 'closed'), {
    timeoutMs: 20_000,
    what: 'the incident to close',
  });
}

test('no phone number, name or title is in Temporal, in a subject, in a stream or in a log', async () => {
  const logDir = await mkdtemp(path.join(tmpdir(), 'tocsin-logs-'));
  // Carried over often, so that what is carried is looked at as well.
  const env = { LOG_LEVEL: 'debug', TOCSIN_TURN_AFTER_EVENTS: '30' };
  const s = await startProcesses({ people, layers: [['ada', 'cleo'], ['ben']], env, logDir });
  try {
    const subjects = new Set<string>();
    s.nc.subscribe('>', { callback: (_, message) => void subjects.add(message.subject) });
    await s.nc.flush();
    await wholeLife(s);
    const { engines } = s;
    const places: Record<string, Said> = {
      Temporal: await saidInTemporal(engines.temporalAddress, engines.namespace),
      subjects: [...subjects].map((text) => ({ where: 'a subject', text })),
      streams: await saidInStreams(s.nc),
      logs: await saidInLogs(logDir),
    };
    // Looked for in the right places: everywhere there is what may be there.
    const incidentId = (await s.list()).find((one) => one.number === 'INC-1')!.id;
    const expected: Record<string, string> = {
      Temporal: '"escalationId":"response"',
      subjects: 'incident.v1.logged',
      streams: incidentId,
      logs: incidentId,
    };
    for (const [place, said] of Object.entries(places)) {
      expect(said.filter((one) => one.text.includes(expected[place]!)).length).toBeGreaterThan(0);
      const found = said.flatMap(({ where, text }) =>
        personal(s)
          .filter((secret) => text.toLowerCase().includes(secret.toLowerCase()))
          .map((secret) => `${place}, ${where}: ${secret}`),
      );
      expect(found).toEqual([]);
    }
    // And they did go round: people have read them.
    expect(s.phone('ben').messages.some((one) => one.body.includes(TITLE))).toBe(true);
  } finally {
    await s.stop();
    await rm(logDir, { recursive: true, force: true });
  }
}, 180_000);
