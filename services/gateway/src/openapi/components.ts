import type { z } from 'zod';

/** A schema that the document names, so that it says it once. */
export function named<S extends z.ZodType>(id: string, schema: S): S {
  return schema.meta({ ...schema.meta(), id });
}
