import { z } from 'zod';

export type JsonSchema = Record<string, unknown>;

/** Schemas of one document: named ones are collected in `all`, and referred to. */
export interface SchemaCollector {
  /** `input`: what is taken; `output`: what is given. */
  of(schema: z.ZodType, io: 'input' | 'output'): JsonSchema;
  readonly all: Record<string, JsonSchema>;
}

const LOCAL = '#/$defs/';
const SHARED = '#/components/schemas/';

export function createSchemaCollector(): SchemaCollector {
  const all: Record<string, JsonSchema> = {};
  return {
    all,
    of(schema, io) {
      const made = z.toJSONSchema(schema, { io, target: 'draft-2020-12' });
      const {
        $schema: _,
        $defs = {},
        id: __,
        ...rest
      } = pointToShared(made) as JsonSchema & { $defs?: Record<string, JsonSchema> };
      for (const [name, { id: ___, ...definition }] of Object.entries($defs)) all[name] = definition;
      const name = schema.meta()?.id;
      if (name === undefined) return rest;
      all[name] ??= rest;
      return { $ref: SHARED + name };
    },
  };
}

function pointToShared(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(pointToShared);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) =>
      name === '$ref' && typeof inner === 'string'
        ? [name, inner.replace(LOCAL, SHARED)]
        : [name, pointToShared(inner)],
    ),
  );
}
