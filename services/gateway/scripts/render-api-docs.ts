import type { Schema } from '../src/openapi/render-schema.ts';
import { fieldRows, markdownTable, typeText } from './markdown.ts';

interface Parameter {
  name: string;
  in: string;
  required: boolean;
  description?: string;
  schema: Schema;
}
interface Media {
  schema: Schema;
}
interface Operation {
  operationId: string;
  tags: string[];
  summary: string;
  description: string;
  parameters: Parameter[];
  requestBody?: { content: Record<string, Media> };
  responses: Record<string, { description: string; content?: Record<string, Media> }>;
}
interface Document {
  tags: { name: string }[];
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, Schema> };
}

const JSON_TYPE = 'application/json';
const PROBLEM_TYPE = 'application/problem+json';

const INTRO = `# API

<!-- Made from the operations of services/gateway by \`npm run generate\`: what is written here by hand is lost. -->

Everything that the console can do, under \`/api/v1\`. The same is served by each gateway, as OpenAPI 3.1 at \`/api/v1/openapi.json\` and as a page at \`/api/docs\`.

\`\`\`
curl -H "Authorization: Bearer $TOCSIN_API_KEY" "$TOCSIN_URL/api/v1/incidents?status=open"
\`\`\`

- **Who asks** is a signed-in user or an API key; the organisation is theirs. Roles are owner > admin > responder > observer, and each operation says the least that may.
- **Fields** are in camelCase, instants RFC 3339, ids text. Lists come in pages: \`nextCursor\` is the \`cursor\` of the next, and null on the last.
- **Errors** are problem details (RFC 9457): \`code\` is for programs and does not change, \`detail\` for people, \`field\` names what is wrong. 429 and 503 say in \`Retry-After\` when to come again.
- **Changes** take an \`Idempotency-Key\`: the same key again gets the first answer, for 24 h. Each is in the audit log.
- **Edits** of what others edit too name the version that was seen, by \`If-Match\` with its \`ETag\`: 412 says that somebody was quicker.
`;

/** The document as one page of Markdown. */
export function renderApiDocs(document: Record<string, unknown>): string {
  const { tags, paths, components } = document as unknown as Document;
  const all = Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({ place: `${method.toUpperCase()} ${path}`, operation })),
  );
  const areas = tags.map(({ name }) => ({ name, its: all.filter(({ operation }) => operation.tags.includes(name)) }));
  const overview = areas.flatMap(({ name, its }) =>
    its.map(({ place, operation }) => [`[${name}](#${name.toLowerCase()})`, `\`${place}\``, operation.summary]),
  );
  const schemas = Object.entries(components.schemas).toSorted(([one], [other]) => (one < other ? -1 : 1));
  const lines = [
    INTRO,
    ...markdownTable(['area', 'operation', 'does'], overview),
    ...areas.flatMap(({ name, its }) => [`## ${name}`, '', ...its.flatMap(renderOperation)]),
    '## Schemas',
    '',
    ...schemas.flatMap(renderSchema),
  ];
  return `${lines.join('\n').trimEnd()}\n`;
}

function renderOperation({ place, operation }: { place: string; operation: Operation }): string[] {
  const { operationId, summary, description, parameters, requestBody, responses } = operation;
  const said = parameters.map(({ name, in: where, required, description: what = '', schema }) => [
    `\`${name}\``,
    where,
    `${typeText(schema)}${required ? '' : ', optional'}`,
    what,
  ]);
  const body = requestBody?.content[JSON_TYPE]?.schema;
  const good = Object.entries(responses).filter(([, { content = {} }]) => !(PROBLEM_TYPE in content));
  return [
    `### ${place}`,
    '',
    `${summary}. (\`${operationId}\`)`,
    '',
    description,
    '',
    ...markdownTable(['parameter', 'in', 'is', 'says'], said),
    ...(body ? renderBody('Body', body) : []),
    ...good.flatMap(([status, { description: what, content = {} }]) => renderAnswer(status, what, content)),
  ];
}

function renderAnswer(status: string, what: string, content: Record<string, Media>): string[] {
  const others = Object.keys(content).filter((type) => type !== JSON_TYPE);
  const also = others.length === 0 ? '' : ` As \`${others.join('`, `')}\`${JSON_TYPE in content ? ' too' : ''}.`;
  const json = content[JSON_TYPE]?.schema;
  if (json) return renderBody(`**${status}** ${what}${also}`, json);
  return [`**${status}** ${what}${also}`, ''];
}

function renderBody(title: string, schema: Schema): string[] {
  const rows = fieldRows(schema);
  if (rows.length === 0)
    return [`${title.replace(/\.$/, '')}: ${schema.properties ? 'an empty object' : typeText(schema)}.`, ''];
  return [`${title.replace(/\.$/, '')}:`, '', ...markdownTable(['field', 'is', 'says'], rows)];
}

function renderSchema([name, schema]: [string, Schema]): string[] {
  const rows = fieldRows(schema);
  const said = schema.description ? [schema.description, ''] : [];
  return [
    `### Schema ${name}`,
    '',
    ...said,
    ...(rows.length > 0 ? markdownTable(['field', 'is', 'says'], rows) : [typeText(schema), '']),
  ];
}
