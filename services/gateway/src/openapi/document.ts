import type { z } from 'zod';
import { problemSchema } from '../http/problem.ts';
import { type AnyOperation, effectOf, type ResponseSpec } from '../operations/operation.ts';
import { createSchemaCollector, type SchemaCollector } from './json-schema.ts';

/** What every operation may answer beside what it declares, when something is wrong. */
function problemsOf(operation: AnyOperation): [status: number, description: string][] {
  const { role, params, query, body, ifMatch, method } = operation;
  const input = params || query || body || method !== 'GET';
  return [
    ...(input ? [[400, 'The request is wrong; `field` says where.'] as [number, string]] : []),
    [401, role === 'public' ? 'What was sent proves nothing.' : 'Nobody is signed in, or the key is not valid.'],
    [403, 'The role does not suffice, or the request came from another site.'],
    [404, 'There is no such thing.'],
    [406, 'The answer is of another type than is accepted.'],
    ...(method === 'GET'
      ? []
      : ([
          [409, 'It does not fit what is true now.'],
          [413, 'The body is too large.'],
          [415, 'The body is not JSON.'],
        ] as [number, string][])),
    ...(ifMatch
      ? ([
          [412, 'It was changed meanwhile.'],
          [428, '`If-Match` is missing.'],
        ] as [number, string][])
      : []),
    [429, 'Too many requests; `Retry-After` says when to come again.'],
    [431, 'Address and headers are longer than 16 KiB.'],
    [500, 'A bug of ours.'],
    [503, 'Not now; `Retry-After` may say when.'],
  ];
}

/** The list of operations as OpenAPI 3.1. */
export function createDocument(
  operations: readonly AnyOperation[],
  { baseUrl }: { baseUrl: URL },
): Record<string, unknown> {
  const schemas = createSchemaCollector();
  const paths: Record<string, Record<string, unknown>> = {};
  for (const operation of operations) {
    const item = paths[operation.path] ?? {};
    item[operation.method.toLowerCase()] = describe(operation, schemas);
    paths[operation.path] = item;
  }
  const tags = [...new Set(operations.map(areaOf))].map((name) => ({ name }));
  return {
    openapi: '3.1.0',
    jsonSchemaDialect: 'https://json-schema.org/draft/2020-12/schema',
    info: {
      title: 'Tocsin',
      version: 'v1',
      description:
        'Alerts, incidents, and who answers them. Every error is a `Problem` (RFC 9457). What changes something takes an `Idempotency-Key`.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: baseUrl.href }],
    tags,
    paths,
    components: {
      schemas: schemas.all,
      securitySchemes: {
        key: { type: 'http', scheme: 'bearer', description: 'An API key, `tocsin_<id>_<secret>`.' },
        session: {
          type: 'apiKey',
          in: 'cookie',
          name: sessionCookie(baseUrl),
          description: 'Of a browser that signed in.',
        },
      },
    },
  };
}

export function areaOf({ id }: Pick<AnyOperation, 'id'>): string {
  return id.split('.')[0] ?? id;
}

function sessionCookie({ protocol }: URL): string {
  return protocol === 'https:' ? '__Host-tocsin-session' : 'tocsin-session';
}

function describe(operation: AnyOperation, schemas: SchemaCollector): Record<string, unknown> {
  const { id, summary, description, role, sessionOnly, body } = operation;
  const security = role === 'public' ? [] : [{ session: [] }, ...(sessionOnly ? [] : [{ key: [] }])];
  const json = (schema: z.ZodType) => ({ 'application/json': { schema: schemas.of(schema, 'input') } });
  return {
    operationId: id,
    tags: [areaOf(operation)],
    summary,
    description: [description, access(operation)].filter(Boolean).join('\n\n'),
    'x-tocsin-role': role,
    security,
    parameters: parametersOf(operation, schemas),
    ...(body ? { requestBody: { required: true, content: json(body) } } : {}),
    responses: responsesOf(operation, schemas),
  };
}

function access({ role, sessionOnly, fresh }: AnyOperation): string {
  if (role === 'public') return 'For whoever comes.';
  const who = sessionOnly ? `Role ${role}, signed in` : `Role ${role}`;
  return fresh ? `${who} within the last 15 minutes.` : `${who}.`;
}

function parametersOf(operation: AnyOperation, schemas: SchemaCollector): Record<string, unknown>[] {
  const { params, query, ifMatch, role } = operation;
  const header = (name: string, required: boolean, description: string, schema: object) => ({
    name,
    in: 'header',
    required,
    description,
    schema: { type: 'string', ...schema },
  });
  return [
    ...fieldsOf(params, 'path', schemas),
    ...fieldsOf(query, 'query', schemas),
    ...(ifMatch
      ? [header('If-Match', true, 'The ETag of the version that was seen.', { pattern: '^"[!#-~]*"$' })]
      : []),
    ...(role !== 'public' && effectOf(operation) === 'change'
      ? [
          header('Idempotency-Key', false, 'The same key again gets the first answer, for 24 h.', {
            pattern: '^[!-~]{1,255}$',
          }),
        ]
      : []),
  ];
}

function fieldsOf(schema: z.ZodType | undefined, place: 'path' | 'query', schemas: SchemaCollector) {
  if (!schema) return [];
  const { properties = {}, required = [] } = schemas.of(schema, 'input') as {
    properties?: Record<string, { description?: string }>;
    required?: string[];
  };
  return Object.entries(properties).map(([name, { description, ...field }]) => ({
    name,
    in: place,
    required: place === 'path' || required.includes(name),
    ...(description ? { description } : {}),
    schema: field,
  }));
}

function responsesOf(operation: AnyOperation, schemas: SchemaCollector): Record<string, unknown> {
  const problem = { 'application/problem+json': { schema: schemas.of(problemSchema, 'output') } };
  const right = Object.entries(operation.responses).map(([status, spec]) => [status, responseOf(spec, schemas)]);
  const wrong = problemsOf(operation).map(([status, description]) => [status, { description, content: problem }]);
  return Object.fromEntries([...right, ...wrong]);
}

function responseOf(
  { description, body, contentType, alternative, headers = {} }: ResponseSpec,
  schemas: SchemaCollector,
) {
  const content = contentType
    ? { [contentType]: { schema: { type: 'string' } } }
    : body && {
        'application/json': { schema: schemas.of(body, 'output') },
        ...(alternative ? { [alternative]: { schema: { type: 'string' } } } : {}),
      };
  const described = Object.entries(headers).map(([name, what]) => [
    name,
    { description: what, schema: { type: 'string' } },
  ]);
  return {
    description,
    ...(described.length > 0 ? { headers: Object.fromEntries(described) } : {}),
    ...(content ? { content } : {}),
  };
}
