import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { z } from 'zod';

const hex = (digits: number) => z.string().regex(new RegExp(`^(?!0+$)[0-9a-f]{${digits}}$`));
const nanos = z.string().regex(/^\d{19}$/);
const value = z.union([
  z.strictObject({ stringValue: z.string() }),
  z.strictObject({ intValue: z.number() }),
  z.strictObject({ doubleValue: z.number() }),
  z.strictObject({ boolValue: z.boolean() }),
]);
const attributes = z.array(z.strictObject({ key: z.string().min(1), value }));
const count = z.number().int().min(0);
const link = z.strictObject({
  traceId: hex(32),
  spanId: hex(16),
  attributes,
  droppedAttributesCount: count,
  flags: count,
});
const span = z.strictObject({
  traceId: hex(32),
  spanId: hex(16),
  parentSpanId: hex(16).optional(),
  name: z.string().min(1),
  kind: z.number().int().min(1).max(5),
  startTimeUnixNano: nanos,
  endTimeUnixNano: nanos,
  attributes,
  droppedAttributesCount: z.literal(0),
  events: z.array(z.never()),
  droppedEventsCount: z.literal(0),
  status: z.strictObject({ code: z.number().int().min(0).max(2) }),
  links: z.array(link),
  droppedLinksCount: z.literal(0),
  flags: count,
});
const scopeSpans = z.strictObject({
  scope: z.strictObject({ name: z.string().regex(/^@tocsin\/[a-z-]+$/) }),
  spans: z.array(span),
});
const resource = z.strictObject({ attributes, droppedAttributesCount: count });
/** OTLP's trace request in JSON (https://opentelemetry.io/docs/specs/otlp/#otlphttp-request), as far as we send it. */
const request = z.strictObject({
  resourceSpans: z.array(z.strictObject({ resource, scopeSpans: z.array(scopeSpans) })),
});

const KINDS = ['', 'internal', 'server', 'client', 'producer', 'consumer'] as const;

export interface CollectedSpan {
  traceId: string;
  spanId: string;
  parentSpanId: string | undefined;
  name: string;
  kind: (typeof KINDS)[number];
  /** `service.name`. */
  service: string;
  /** The service, as its spans' scope names it. */
  scope: string;
  attributes: Record<string, string | number | boolean>;
  links: string[];
  isError: boolean;
}

export interface Collector {
  /** For `OTEL_EXPORTER_OTLP_ENDPOINT`. */
  readonly url: string;
  readonly spans: readonly CollectedSpan[];
  /** Every body that came, as it came. */
  readonly bodies: readonly string[];
  /** Their content types. */
  readonly types: readonly string[];
  /** What it did not understand: a test fails on any. */
  readonly problems: readonly string[];
  stop(): Promise<void>;
}

/**
 * Takes traces by OTLP over HTTP, and is strict about them: what is not as the protocol says, or an attribute of a kind that we do not use, is a
 * problem. One that `hangs` takes every request and never answers. Protobuf it takes and does not look into.
 */
export async function startCollector({ hangs = false } = {}): Promise<Collector> {
  const spans: CollectedSpan[] = [];
  const bodies: string[] = [];
  const types: string[] = [];
  const problems: string[] = [];

  async function take(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const parts: Buffer[] = [];
    for await (const part of req) parts.push(part as Buffer);
    const type = req.headers['content-type'] ?? '';
    types.push(type);
    if (req.method !== 'POST' || req.url !== '/v1/traces') problems.push(`${req.method} ${req.url}`);
    if (hangs) return;
    if (type === 'application/json') read(Buffer.concat(parts).toString());
    else if (type !== 'application/x-protobuf') problems.push(`content type ${type}`);
    res.writeHead(200, { 'content-type': type }).end(type === 'application/json' ? '{"partialSuccess":{}}' : '');
  }

  function read(body: string): void {
    bodies.push(body);
    const parsed = request.safeParse(JSON.parse(body));
    if (!parsed.success) return void problems.push(z.prettifyError(parsed.error));
    for (const one of parsed.data.resourceSpans) {
      const service = String(plain(one.resource.attributes)['service.name']);
      for (const { scope, spans: made } of one.scopeSpans) {
        for (const { traceId, spanId, parentSpanId, name, kind, ...rest } of made) {
          spans.push({
            ...{ traceId, spanId, parentSpanId, name, service },
            kind: KINDS[kind] ?? '',
            scope: scope.name,
            attributes: plain(rest.attributes),
            links: rest.links.map((to) => to.traceId),
            isError: rest.status.code === 2,
          });
        }
      }
    }
  }

  const server = createServer((req, res) => {
    take(req, res).catch((error: unknown) => problems.push(String(error)));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    spans,
    bodies,
    types,
    problems,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function plain(list: z.infer<typeof attributes>): Record<string, string | number | boolean> {
  return Object.fromEntries(list.map(({ key, value: of }) => [key, Object.values(of)[0] as string | number | boolean]));
}
