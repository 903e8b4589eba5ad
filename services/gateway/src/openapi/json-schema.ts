import { z } from 'zod';

export type JsonSchema = Record<string, unknown>;
type Definitions = Record<string, JsonSchema>;

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

  function share(name: string, definition: JsonSchema): void {
    const known = all[name];
    if (known && JSON.stringify(known) !== JSON.stringify(definition)) {
      throw new Error(`the schema ${name} is not one thing: two have the name, or it differs as input and as output`);
    }
    all[name] = definition;
  }

  return {
    all,
    of(schema, io) {
      const made = z.toJSONSchema(schema, { io, target: 'draft-2020-12' });
      const { $schema: _, $defs = {}, ...root } = pointToShared(made) as JsonSchema & { $defs?: Definitions };
      for (const [name, { id: __, ...definition }] of Object.entries($defs)) share(name, definition);
      return root;
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
