import { type Html, html, inline, prose } from './html.ts';
import { renderSchema, type Schema } from './render-schema.ts';

interface Media {
  schema: Schema;
}
interface Parameter {
  name: string;
  in: string;
  required: boolean;
  description?: string;
  schema: Schema;
}
interface DescribedOperation {
  operationId: string;
  tags: string[];
  summary: string;
  description: string;
  parameters: Parameter[];
  requestBody?: { content: Record<string, Media> };
  responses: Record<string, { description: string; content?: Record<string, Media> }>;
}
interface Document {
  info: { title: string; version: string; description: string };
  tags: { name: string }[];
  paths: Record<string, Record<string, DescribedOperation>>;
  components: { schemas: Record<string, Schema> };
}

interface Place {
  method: string;
  path: string;
  operation: DescribedOperation;
}

/** A document of ours as one page of HTML. */
export function renderDocument(document: Record<string, unknown>): string {
  const { info, tags, paths, components } = document as unknown as Document;
  const places = Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]): Place => ({ method: method.toUpperCase(), path, operation })),
  );
  const ofTag = (name: string) => places.filter(({ operation }) => operation.tags.includes(name));
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${info.title} API</title>
<link rel="stylesheet" href="/api/docs.css">
</head>
<body>
<nav aria-label="Areas"><strong>${info.title} API</strong><ul>${tags.map(({ name }) => html`<li><a href="#${name}">${name}</a></li>`)}<li><a href="#schemas">schemas</a></li></ul></nav>
<main>
<h1>${info.title} API ${info.version}</h1>
${prose(info.description)}
<p><a href="/api/v1/openapi.json">OpenAPI 3.1 document</a></p>
${tags.map(({ name }) => html`<section id="${name}"><h2>${name}</h2>${ofTag(name).map(renderOperation)}</section>`)}
<section id="schemas"><h2>schemas</h2>${Object.entries(components.schemas)
    .toSorted(([one], [other]) => one.localeCompare(other))
    .map(
      ([name, schema]) => html`<article id="schema-${name}"><h3>${name}</h3>${renderSchema(schema)}</article>`,
    )}</section>
</main>
</body>
</html>
`.text;
}

function renderOperation({ method, path, operation }: Place): Html {
  const { operationId, summary, description, parameters, requestBody, responses } = operation;
  return html`<details id="${operationId}">
<summary><span class="method ${method.toLowerCase()}">${method}</span> <code>${path}</code> ${summary}</summary>
${prose(description)}
${parameters.length > 0 && html`<h4>Parameters</h4><dl>${parameters.map(renderParameter)}</dl>`}
${requestBody && html`<h4>Body</h4>${renderContent(requestBody.content)}`}
<h4>Answers</h4>
<dl>${Object.entries(responses).map(
    ([status, { description: what, content }]) =>
      html`<dt>${status}</dt><dd>${inline(what)} ${content && renderContent(content)}</dd>`,
  )}</dl>
</details>`;
}

function renderParameter({ name, in: place, required, description, schema }: Parameter): Html {
  return html`<dt><code>${name}</code> in ${place}${!required && ', optional'}</dt><dd>${renderSchema(schema)}${description && html` ${inline(description)}`}</dd>`;
}

/** Problems are all alike, as the page says on top. */
function renderContent(content: Record<string, Media>): Html[] {
  return Object.entries(content).flatMap(([type, { schema }]) => {
    if (type === 'application/problem+json') return [];
    return type === 'application/json' ? [renderSchema(schema)] : [html`<code>${type}</code>`];
  });
}
