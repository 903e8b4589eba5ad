import { describe, expect, test } from '@jest/globals';
import { foldKpis, type IncidentKpis, type KpiEntry, noKpis } from '../src/index.ts';

const MINUTE = 60_000;
const OPENED = Date.UTC(2026, 0, 5, 3);

type Said = [kind: string, minutes: number, data?: Record<string, unknown>];

/** An incident's numbers by what its log says; the first entry opens it. */
function kpisOf(...said: Said[]): IncidentKpis {
  const all: Said[] = [['opened', 0, { severity: 'high', team: 'secops', drill: false }], ...said];
  return foldKpis(noKpis(), all.map(entry)).kpis;
}

function entry([kind, minutes, data = {}]: Said, index: number): KpiEntry {
  return { position: index + 1, kind, at: OPENED + minutes * MINUTE, data };
}

const response = { escalation: 'response' };
const layer = (number: number, people: string[], catchAll = false) => ({
  ...response,
  round: 1,
  layer: number,
  people,
  catchAll,
});
const by = (person: string, channel = 'sms') => ({ ...response, person, channel, round: 1, layer: 9 });
const receipt = (person: string, said: string, kind = 'page') => ({
  notification: `I/response/1/1/${person}/${person}-sms/1/${kind}`,
  person,
  layer: 1,
  channel: 'sms',
  provider: 'main',
  receipt: said,
});
const minutes = (at: number | null) => (at === null ? null : (at - OPENED) / MINUTE);
const outcomes = ({ pages }: IncidentKpis) =>
  Object.fromEntries(pages.map(({ layer: number, outcome, n }) => [`${outcome} in ${number}`, n]));

describe('a page', () => {
  test('that is accepted ends those of everybody else', () => {
    const kpis = kpisOf(['layer-started', 1, layer(1, ['ada', 'ben'])], ['accepted', 2, by('ada')]);
    expect(outcomes(kpis)).toEqual({ 'accepted in 1': 1, 'overtaken in 1': 1 });
  });

  test('is unanswered when its time is up, and accepted if the answer comes after all, in the layer it was of', () => {
    const until: Said[] = [
      ['layer-started', 1, layer(1, ['ada'])],
      ['layer-ended', 5, { ...response, reason: 'time-is-up' }],
      ['layer-started', 5, layer(2, ['ben'])],
    ];
    expect(outcomes(kpisOf(...until))).toEqual({ 'unanswered in 1': 1, 'open in 2': 1 });
    const kpis = kpisOf(...until, ['accepted', 6, by('ada')]);
    expect(outcomes(kpis)).toEqual({ 'accepted in 1': 1, 'overtaken in 2': 1 });
    expect(kpis).toMatchObject({ acknowledgedLayer: 1, acknowledgedChannel: 'sms' });
  });

  test('goes on where the layer got its time again', () => {
    const again = { ...response, reason: 'nobody-could-be-sent-a-page-again' };
    expect(outcomes(kpisOf(['layer-started', 1, layer(1, ['ada'])], ['layer-ended', 5, again]))).toEqual({
      'open in 1': 1,
    });
  });

  test('that was accepted stays so when it is handed back, which is a response', () => {
    const kpis = kpisOf(
      ['layer-started', 1, layer(1, ['ada'])],
      ['accepted', 2, by('ada')],
      ['rejected', 7, by('ada')],
      ['layer-started', 7, layer(2, ['ben'])],
    );
    expect(outcomes(kpis)).toEqual({ 'accepted in 1': 1, 'open in 2': 1 });
    expect(minutes(kpis.respondedAt)).toBe(7);
  });

  test('is one a person, round and layer: each round of the catch-all is another', () => {
    const kpis = kpisOf(
      ['layer-started', 1, layer(3, ['boss'], true)],
      ['layer-ended', 2, { ...response, reason: 'time-is-up' }],
      ['layer-started', 2, { ...layer(3, ['boss'], true), round: 2 }],
    );
    expect(outcomes(kpis)).toEqual({ 'unanswered in 3': 1, 'open in 3': 1 });
    expect(kpis.catchAllLayer).toBe(3);
  });

  test('is none of an incident from outside of it: who was never paged may accept', () => {
    const kpis = kpisOf(['layer-started', 1, layer(1, ['ada'])], ['accepted', 2, by('duty', 'console')]);
    expect(outcomes(kpis)).toEqual({ 'overtaken in 1': 1 });
    expect(kpis).toMatchObject({ acknowledgedChannel: 'console' });
  });
});

describe('times', () => {
  test('what has not happened is absent', () => {
    expect(kpisOf()).toMatchObject({
      acknowledgedAt: null,
      respondedAt: null,
      containedAt: null,
      resolvedAt: null,
      deliveries: [],
    });
  });

  test('the response is the first act after the acknowledgement', () => {
    const kpis = kpisOf(['noted', 1, { person: 'ada' }], ['accepted', 2, by('ada')], ['noted', 9, { person: 'ada' }]);
    expect(minutes(kpis.acknowledgedAt)).toBe(2);
    expect(minutes(kpis.respondedAt)).toBe(9);
  });

  test('a person who resolves what nobody acknowledged has acknowledged it by that', () => {
    const kpis = kpisOf(['layer-started', 1, layer(1, ['ada'])], ['closed', 4, { by: 'ada' }]);
    expect([kpis.acknowledgedAt, kpis.respondedAt, kpis.resolvedAt].map(minutes)).toEqual([4, 4, 4]);
    expect(outcomes(kpis)).toEqual({ 'resolved in 1': 1 });
  });

  test('a source that resolves has acknowledged nothing', () => {
    const kpis = kpisOf(['layer-started', 1, layer(1, ['ada'])], ['closed', 4, { by: 'source' }]);
    expect([kpis.acknowledgedAt, kpis.respondedAt, kpis.resolvedAt].map(minutes)).toEqual([null, null, 4]);
    expect(outcomes(kpis)).toEqual({ 'overtaken in 1': 1 });
  });

  test('the close may be logged ahead of what the workflow decided before it', () => {
    const kpis = kpisOf(
      ['closed', 9, { by: 'ada' }],
      ['layer-started', 1, layer(1, ['ada'])],
      ['accepted', 2, by('ada')],
    );
    expect([kpis.acknowledgedAt, kpis.resolvedAt].map(minutes)).toEqual([2, 9]);
    expect(outcomes(kpis)).toEqual({ 'accepted in 1': 1 });
  });

  test('an incident is contained when what follows containment begins', () => {
    const kpis = kpisOf(
      ['stage-changed', 3, { to: 'containment' }],
      ['stage-changed', 8, { to: 'eradication' }],
      ['stage-changed', 9, { to: 'recovery' }],
    );
    expect(minutes(kpis.containedAt)).toBe(8);
  });
});

describe('notifications', () => {
  test('the first to be taken and the first to be delivered count, of pages alone', () => {
    const kpis = kpisOf(
      ['notification', 1, receipt('ada', 'unknown')],
      ['notification', 2, receipt('ada', 'queued', 'taken')],
      ['notification', 4, receipt('ben', 'queued')],
      ['notification', 3, receipt('ada', 'queued')],
      ['notification', 6, receipt('ada', 'delivered')],
      ['notification', 7, receipt('ben', 'failed')],
    );
    expect(kpis.deliveries).toEqual([
      {
        layer: 1,
        channel: 'sms',
        provider: 'main',
        taken: 2,
        delivered: 1,
        failed: 1,
        firstTakenAt: OPENED + 3 * MINUTE,
        firstDeliveredAt: OPENED + 6 * MINUTE,
      },
    ]);
  });

  test('a person is interrupted once a quarter of an hour', () => {
    const kpis = kpisOf(
      ['notification', 1, receipt('ada', 'queued')],
      ['notification', 14, receipt('ada', 'queued')],
      ['notification', 15, receipt('ada', 'queued')],
    );
    const first = OPENED / (15 * MINUTE);
    expect(kpis.interruptions).toEqual([
      { person: 'ada', quarter: first },
      { person: 'ada', quarter: first + 1 },
    ]);
  });
});

test('severity is the worst so far, and gaps count each time a layer began without somebody', () => {
  const gap = { ...response, round: 1, layer: 1, target: 'schedule primary' };
  const kpis = kpisOf(
    ['gap', 1, gap],
    ['severity-raised', 2, { from: 'high', to: 'critical' }],
    ['gap', 3, { ...gap, round: 2 }],
  );
  expect(kpis).toMatchObject({ severity: 'critical', gaps: [{ layer: 1, n: 2 }] });
});

test('an entry counts when its position is next; until then it waits, once', () => {
  const log = [
    ['opened', 0, { severity: 'low' }] as Said,
    ['accepted', 2, by('ada')] as Said,
    ['closed', 3] as Said,
  ].map(entry);
  const early = foldKpis(noKpis(), [log[2]!, log[2]!, log[1]!]);
  expect(early).toEqual({ kpis: noKpis(), waiting: [log[1], log[2]] });
  const whole = foldKpis(early.kpis, [...early.waiting, log[0]!, log[1]!]);
  expect(whole).toEqual({ kpis: foldKpis(noKpis(), log).kpis, waiting: [] });
});

describe('a life that was made again, and who was added', () => {
  test('a layer that is taken up has the pages that it had', () => {
    const began: Said = ['layer-started', 1, layer(1, ['ada', 'ben'])];
    const kpis = kpisOf(began, ['rejected', 2, by('ada')], ['resumed', 3, response], began);
    expect(outcomes(kpis)).toEqual({ 'rejected in 1': 1, 'open in 1': 1 });
  });

  test('an accept of who was added is a response, and no acknowledgement', () => {
    const support = { escalation: 'support-1' };
    const added: Said = ['layer-started', 3, { ...layer(1, ['fay']), ...support }];
    const accepts: Said = ['accepted', 4, { ...by('fay'), ...support }];
    expect(kpisOf(added, accepts).acknowledgedAt).toBeNull();
    const kpis = kpisOf(['layer-started', 1, layer(1, ['ada'])], ['accepted', 2, by('ada')], added, accepts);
    expect([minutes(kpis.acknowledgedAt), minutes(kpis.respondedAt)]).toEqual([2, 4]);
    expect(outcomes(kpis)).toEqual({ 'accepted in 1': 2 });
  });
});
