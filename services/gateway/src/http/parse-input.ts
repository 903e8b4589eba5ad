import { InvalidInput } from '@tocsin/platform';
import type { z } from 'zod';

/** What came, as the schema wants it. Throws `InvalidInput` that names the first field that is wrong; values are not repeated. */
export function parseInput<S extends z.ZodType>(
  schema: S,
  input: unknown,
  where: 'params' | 'query' | 'body',
): z.output<S> {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.flatMap((issue) => {
    const unknown = issue.code === 'unrecognized_keys' ? issue.keys : [];
    if (unknown.length > 0)
      return unknown.map((key) => ({ field: pathOf([...issue.path, key]), message: 'is not known' }));
    return [{ field: pathOf(issue.path) || where, message: issue.message }];
  });
  throw new InvalidInput(problems.map(({ field, message }) => `${field}: ${message}`).join('; '), {
    code: `${where}-invalid`,
    field: problems[0]?.field,
  });
}

function pathOf(path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, part) => {
    if (typeof part === 'number') return `${text}[${part}]`;
    return text ? `${text}.${String(part)}` : String(part);
  }, '');
}
