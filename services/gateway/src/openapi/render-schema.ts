import { type Html, html, inline } from './html.ts';

/** A schema of the document, as far as it is told. */
export interface Schema {
  $ref?: string;
  type?: string | string[];
  description?: string;
  enum?: unknown[];
  const?: unknown;
  anyOf?: Schema[];
  oneOf?: Schema[];
  items?: Schema;
  properties?: Record<string, Schema>;
  additionalProperties?: Schema | boolean;
  required?: string[];
  format?: string;
  default?: unknown;
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
}

/** A schema as a list of its fields, or as one word where it has none. */
export function renderSchema(schema: Schema): Html {
  const { properties, required = [], items, description } = schema;
  const choices = schema.anyOf ?? schema.oneOf;
  if (properties) {
    return html`<dl>${Object.entries(properties).map(
      ([name, field]) =>
        html`<dt><code>${name}</code>${!required.includes(name) && ', optional'}</dt><dd>${renderSchema(field)}</dd>`,
    )}</dl>`;
  }
  const said = description && html` ${inline(description)}`;
  if (choices) return html`${choices.map((choice, i) => html`${i > 0 && ' or '}${renderSchema(choice)}`)}${said}`;
  if (items) return html`list of ${renderSchema(items)}${said}`;
  return html`${nameOf(schema)}${said}`;
}

function nameOf({ $ref, type, format, enum: values, const: only, default: otherwise, ...bounds }: Schema): Html {
  if ($ref) {
    const name = $ref.split('/').at(-1) ?? '';
    return html`<a href="#schema-${name}">${name}</a>`;
  }
  const fixed = values ?? (only === undefined ? undefined : [only]);
  if (fixed) return html`${fixed.map((value, i) => html`${i > 0 && ' | '}<code>${JSON.stringify(value)}</code>`)}`;
  const least = bounds.minimum ?? bounds.minLength;
  // JSON Schema writes "any safe integer" as its bounds, which says nothing to a reader.
  const most = [bounds.maximum, bounds.maxLength].find(
    (bound) => bound !== undefined && bound < Number.MAX_SAFE_INTEGER,
  );
  const range = least !== undefined && least > Number.MIN_SAFE_INTEGER ? `, ${least} or more` : '';
  const bound = most === undefined ? range : `${range.replace(' or more', '')}${range ? ' to ' : ', up to '}${most}`;
  const word = [type ?? 'anything'].flat().join(' or ');
  return html`<em>${word}${format && ` (${format})`}${bound}${otherwise !== undefined && `, ${JSON.stringify(otherwise)} where absent`}</em>`;
}
