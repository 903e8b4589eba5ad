import { expect, test } from '@jest/globals';
import { timeline } from './timeline.ts';

test('decisions and deliveries are one list in order, in milliseconds since the alert', () => {
  const lines = timeline(
    [
      { kind: 'accepted', at: 1_900, data: { person: 'ben', answer: 'a-1' } },
      { kind: 'layer-started', at: 1_100, data: { layer: 1, people: ['ann', 'ben'] } },
    ],
    [{ at: 1_150, channel: 'voice', to: '+12025550111' }],
    1_000,
    { names: new Map([['+12025550111', 'Ann Marsh']]) },
  );
  expect(lines).toEqual([
    '    100 ms  incident  layer-started: people ann, ben; layer 1',
    '    150 ms  carrier   voice to Ann Marsh',
    '    900 ms  incident  accepted: person ben',
  ]);
});
