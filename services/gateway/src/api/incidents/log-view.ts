import type { Logged } from '@tocsin/proto/incident/v1';
import { z } from 'zod';
import { named } from '../../openapi/components.ts';
import { instantSchema } from '../fields.ts';
import { instantOf } from '../instants.ts';

export const logEntrySchema = named(
  'LogEntry',
  z.object({
    position: z.int().describe('From 1, without gaps.'),
    kind: z.string().describe('Such as `layer-started`, `accepted`.'),
    at: instantSchema,
    data: z.record(z.string(), z.unknown()).describe('Ids, numbers and catalogued phrases.'),
  }),
);

export function logEntryView({ position, kind, at, dataJson }: Logged) {
  const data = JSON.parse(dataJson) as Record<string, unknown>;
  return { position: Number(position), kind, at: instantOf(at) ?? '', data };
}
