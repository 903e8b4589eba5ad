import { z } from 'zod';

/** Schemas that the document names, so that it says each once. */
export const components = z.registry<{ id: string }>();

export function named<S extends z.ZodType>(id: string, schema: S): S {
  components.add(schema, { id });
  return schema;
}
