import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { LedgerRow } from '../src/ledger/row.ts';
import { revisionDrawn, revisionWanted } from '../src/ledger/transitions.ts';
import { revisionFrom } from '../src/revision-from.ts';
import { shownAfter } from '../src/shown-after.ts';
import { aKey } from '../src/testing/index.ts';

const row = { _id: 'r', key: aKey() } as LedgerRow;
const wanted = fc.record({
  position: fc.integer({ min: 1, max: 30 }),
  state: fc.constantFrom('taken' as const, 'rejected' as const, 'escalated' as const, 'closed' as const),
  personId: fc.constantFrom('', 'ada', 'ben'),
});

describe('what a message is to say', () => {
  test('is the newest that the log told, in whatever order it came, and however often', () => {
    const history = fc.uniqueArray(wanted, { selector: (one) => one.position, minLength: 1 });
    fc.assert(
      fc.property(
        history.chain((all) =>
          fc.tuple(fc.constant(all), fc.shuffledSubarray([...all, ...all], { minLength: all.length * 2 })),
        ),
        ([all, order]) => {
          const after = order.reduce((known, one) => revisionWanted(one)(known) ?? known, row);
          const newest = all.toSorted((a, b) => b.position - a.position)[0];
          expect(after.revision).toMatchObject(newest!);
        },
      ),
    );
  });

  test('is drawn only as what was wanted when it was drawn', () => {
    const first = revisionWanted({ position: 3, state: 'taken', personId: 'ada' })(row)!;
    const second = revisionWanted({ position: 5, state: 'closed', personId: '' })(first)!;
    expect(revisionDrawn(first.revision!)(second)).toBeNull();
    expect(revisionDrawn(second.revision!)(second)?.revision?.drawn).toBe(true);
  });

  test('is not drawn again where a newer entry says the same', () => {
    const said = { state: 'taken' as const, personId: 'ada' };
    const noted = revisionWanted({ position: 0, ...said })(row)!;
    const drawn = revisionDrawn(noted.revision!)(noted)!;
    expect(revisionWanted({ position: 7, ...said })(drawn)?.revision).toEqual({ position: 7, ...said, drawn: true });
  });

  test('of an answer at the message gives way to what the log tells, and not the other way round', () => {
    const pressed = { position: 0, state: 'noted' as const, personId: '' };
    const told = revisionWanted({ position: 4, state: 'taken', personId: 'ben' })(row)!;
    expect(revisionWanted(pressed)(told)).toBeNull();
  });

  test('is taken back by a new round only where it named somebody', () => {
    const again = { position: 9, state: 'again' as const, personId: '' };
    expect(revisionWanted(again)(row)).toBeNull();
    const taken = revisionWanted({ position: 4, state: 'taken', personId: 'ben' })(row)!;
    expect(revisionWanted(again)(taken)?.revision?.state).toBe('again');
    const rejected = revisionWanted({ position: 4, state: 'rejected', personId: '' })(row)!;
    expect(revisionWanted(again)(rejected)).toBeNull();
  });
});

describe('an entry of the log', () => {
  const entry = (kind: string, data: object) =>
    revisionFrom({ incidentId: 'i1', position: 7n, kind, dataJson: JSON.stringify(data) });
  const where = { escalation: 'response', round: 2, layer: 1 };

  test.each([
    [
      'accepted',
      { person: 'ben' },
      { state: 'taken', personId: 'ben', of: { incidentId: 'i1', escalationId: 'response' } },
    ],
    [
      'rejected',
      { person: 'ben' },
      { state: 'rejected', personId: 'ben', of: { escalationId: 'response', personId: 'ben' } },
    ],
    ['escalated', { person: 'ben' }, { state: 'escalated', of: { personId: 'ben' } }],
    ['layer-started', {}, { state: 'again', of: { escalationId: 'response' } }],
  ])('%s is about the pages of its escalation, and not about those of later rounds', (kind, data, order) => {
    expect(entry(kind, { ...where, ...data })).toMatchObject({ position: 7, throughRound: 2, ...order });
  });

  test('closed is about every page of the incident', () => {
    expect(entry('closed', { by: 'source' })).toMatchObject({ state: 'closed', of: { incidentId: 'i1' } });
  });

  test.each(['page-planned', 'notification', 'severity-set', 'late-answer'])('%s changes no message', (kind) => {
    expect(entry(kind, { ...where, person: 'ben' })).toBeNull();
  });
});

test('what is shown after an answer names who has it', () => {
  const decided = { ownerPersonId: 'ben', incidentNumber: 'INC-1' };
  const shown = (outcome: 'yours' | 'taken' | 'over' | 'rejected') => shownAfter({ ...decided, outcome }, aKey());
  expect(shown('yours')).toEqual({ state: 'taken', personId: 'ada' });
  expect(shown('taken')).toEqual({ state: 'taken', personId: 'ben' });
  expect(shown('over').state).toBe('closed');
  expect(shown('rejected').state).toBe('rejected');
  expect(shownAfter(null, aKey()).state).toBe('noted');
});
