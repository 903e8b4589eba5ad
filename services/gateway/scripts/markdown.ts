import type { Schema } from '../src/openapi/render-schema.ts';

/** A table, of which no cell breaks out. */
export function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  if (rows.length === 0) return [];
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line), ''];
}

/** The fields of an object, those of objects in it below their own: `envelope.body`, `people[].id`. */
export function fieldRows(schema: Schema, inside = ''): string[][] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, field]) => {
    const path = `${inside}${name}`;
    const optional = schema.required?.includes(name) ? '' : ', optional';
    const own = [[`\`${path}\``, `${typeText(field)}${optional}`, field.description ?? '']];
    const inner = innerOf(field, path);
    return inner ? [...own, ...fieldRows(inner.schema, inner.inside)] : own;
  });
}

/** The object that a field is, is a list of, or may be. */
function innerOf(field: Schema, path: string): { schema: Schema; inside: string } | undefined {
  if (field.properties) return { schema: field, inside: `${path}.` };
  if (field.items?.properties) return { schema: field.items, inside: `${path}[].` };
  const objects = (field.anyOf ?? []).filter(({ properties }) => properties);
  return objects.length === 1 ? { schema: objects[0]!, inside: `${path}.` } : undefined;
}

/** What a value is, in a few words. */
export function typeText(schema: Schema): string {
  const { $ref, items, properties, additionalProperties, enum: values, const: only } = schema;
  if ($ref) {
    const name = $ref.split('/').at(-1) ?? '';
    return `[${name}](#schema-${name.toLowerCase()})`;
  }
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices) return choices.map(typeText).join(' or ');
  if (items) return `list of ${typeText(items)}`;
  if (properties) return 'object';
  if (typeof additionalProperties === 'object') return `object of ${typeText(additionalProperties)}`;
  const fixed = values ?? (only === undefined ? undefined : [only]);
  const word = fixed
    ? fixed.map((value) => `\`${String(value)}\``).join(', ')
    : [schema.type ?? 'anything'].flat().join(' or ');
  const said = [
    schema.format,
    boundsText(schema),
    schema.default !== undefined && `${JSON.stringify(schema.default)} where absent`,
  ];
  return [word, ...said].filter(Boolean).join(', ');
}

/** JSON Schema writes "any safe integer" as its bounds, which says nothing to a reader. */
function boundsText({ minimum, maximum, minLength, maxLength }: Schema): string {
  const known = (bound: number | undefined) => bound !== undefined && Math.abs(bound) < Number.MAX_SAFE_INTEGER;
  const [least, most] = [minimum ?? minLength, maximum ?? maxLength];
  const unit = minLength === undefined && maxLength === undefined ? '' : ' characters';
  if (known(least) && known(most)) return `${least} to ${most}${unit}`;
  if (known(most)) return `up to ${most}${unit}`;
  return known(least) ? `${least} or more${unit}` : '';
}
