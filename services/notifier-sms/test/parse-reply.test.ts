import { expect, test } from '@jest/globals';
import { parseReply } from '../src/parse-reply.ts';

test.each([
  ['7F3K1', 'accept', ''],
  ['7f3k1', 'accept', ''],
  [' 7F3K 1 ', 'accept', ''],
  ['7 f 3 k 1', 'accept', ''],
  ['7F3K-1', 'accept', ''],
  ['7F3K1.', 'accept', ''],
  ['7F3K ack', 'accept', ''],
  ['7F3K Accept', 'accept', ''],
  ['7F3K2', 'reject', ''],
  ['7f3k 2 in a plane', 'reject', 'in a plane'],
  ['7F3K2: no laptop', 'reject', 'no laptop'],
  ['7F3K reject, driving', 'reject', 'driving'],
  ['7F3K decline', 'reject', ''],
  ['７Ｆ３Ｋ１', 'accept', ''],
])('%j is %s', (body, answer, reason) => {
  expect(parseReply(body)).toEqual({ kind: 'answer', code: '7F3K', answer, reason });
});

test.each(['7F3K', '7F3K12', '7F3K9', '7F3K yes', '1', 'ack', '', 'who is this?', '7F3K rejected by whom'])(
  '%j answers nothing',
  (body) => {
    expect(parseReply(body)).toEqual({ kind: 'unclear' });
  },
);

test.each(['STOP', 'stop', ' Unsubscribe ', 'YES', 'cancel', 'END'])('%j is the carrier’s', (body) => {
  expect(parseReply(body)).toEqual({ kind: 'carrier-keyword' });
});
