import { NotificationKind } from '@tocsin/proto/page/v1';
import { z } from 'zod';
import type { Message } from '../../notify/deliver.ts';

/** Each message is paid for: asked for again within this time, it is the same test. */
const ONE_EACH_MS = 30_000;
const USEFUL_FOR_MS = 5 * 60_000;

export const testIdSchema = z
  .string()
  .regex(/^\d{1,12}$/)
  .describe('As `contactMethods.test` gave it.');

/** The test of this half minute. */
export function currentTestId(): string {
  return String(Math.floor(Date.now() / ONE_EACH_MS));
}

export function testMessage({
  testId,
  ...to
}: { testId: string } & Pick<Message, 'organisationId' | 'personId' | 'contactMethodId' | 'channel'>): Message {
  const { organisationId, personId, contactMethodId } = to;
  const id = `test/${organisationId}/${personId}/${contactMethodId}/${testId}`;
  const usefulUntil = Number(testId) * ONE_EACH_MS + USEFUL_FOR_MS;
  return { ...to, id, kind: NotificationKind.TEST, usefulUntil };
}
