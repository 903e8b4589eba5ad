import type { z } from 'zod';
import { InvalidInput } from '../errors/errors.ts';

/** The only reader of the environment. Names every problem at once, and never a value: it may be a secret. */
export function loadConfig<S extends z.ZodType>(schema: S, env: NodeJS.ProcessEnv = process.env): z.infer<S> {
  const result = schema.safeParse(env);
  if (result.success) return result.data;
  const problems = result.error.issues.map((issue) => ({
    field: issue.path.join('.') || 'environment',
    message: issue.code !== 'custom' && isUnset(issue, env) ? 'is not set' : issue.message,
  }));
  const phrase = problems.map(({ field, message }) => `${field}: ${message}`).join('; ');
  throw new InvalidInput(`configuration: ${phrase}`, { code: 'config-invalid', field: problems[0]?.field });
}

function isUnset({ path }: z.core.$ZodIssue, env: NodeJS.ProcessEnv): boolean {
  return path.length === 1 && env[String(path[0])] === undefined;
}
