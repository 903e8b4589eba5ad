import { z } from 'zod';

/**
 * What refers to what in a file, read as far as it can be read: so that a wrong reference is named together with what else is
 * wrong, not one run later.
 */
const text = z.string().optional().catch(undefined);
const flag = z.boolean().optional().catch(undefined);

function list<S extends z.ZodType>(item: S) {
  return z.array(item).catch([]);
}

function record<S extends z.ZodRawShape>(shape: S) {
  return z.preprocess((value) => (isRecord(value) ? value : {}), z.object(shape));
}

function isRecord(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const target = record({ person: text, schedule: text, team: text });
const rules = list(record({ contact_method: text }));

export const referencesView = record({
  organisation: record({ default_policy: text }),
  people: list(
    record({
      id: text,
      contact_methods: list(record({ id: text, channel: text, address: text })),
      notification_rules: record({ high: rules, low: rules }),
    }),
  ),
  teams: list(record({ id: text, members: list(text) })),
  schedules: list(
    record({
      id: text,
      rotations: list(record({ id: text, members: list(text) })),
      overrides: list(record({ id: text, person: text, rotation: text })),
    }),
  ),
  policies: list(record({ id: text, layers: list(record({ targets: list(target) })), catch_all: list(target) })),
  integrations: list(record({ id: text, team: text, key: text })),
  routes: list(
    record({ id: text, integrations: list(text), severities: list(text), team: text, policy: text, nowhere: flag }),
  ),
});

export type ReferencesView = z.output<typeof referencesView>;
