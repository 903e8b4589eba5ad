import type { IncomingMessage, ServerResponse } from 'node:http';
import { AggregatorRegistry, collectDefaultMetrics, Registry, type RegistryContentType } from 'prom-client';
import { createHttpServer } from '../http/server.ts';
import type { Logger } from '../runtime/log.ts';
import type { HealthReport } from './health.ts';
import type { Telemetry } from './telemetry.ts';

export interface OpsServerOptions {
  log: Logger;
  /** 0: any free one. */
  port: number;
  /** All interfaces where absent: whoever probes and scrapes is another machine. */
  host?: string | undefined;
  /** Of the services that run in this process now. */
  services(): readonly Telemetry[];
}

export interface OpsServer {
  readonly port: number;
  stop(): Promise<void>;
}

let node: Registry | undefined;

/** The process' own numbers, such as the lag of its event loop. It costs a timer and an observer, so only where somebody asks. */
function nodeRegistry(): Registry {
  if (node) return node;
  node = new Registry();
  collectDefaultMetrics({ register: node });
  return node;
}

/**
 * In OpenMetrics a counter's name is without its `_total`, which is put after it again when it is written. What makes no sense for
 * many processes together, such as when one began, does for this one.
 */
function toFamily<M extends { name: string; type: unknown; aggregator: string }>(metric: M): M {
  const name = metric.type === 'counter' ? metric.name.replace(/_total$/, '') : metric.name;
  return { ...metric, name, aggregator: metric.aggregator === 'omit' ? 'first' : metric.aggregator };
}

/**
 * What whoever runs a process asks of it, on a port of its own that senders, people and providers never reach: `/startupz`,
 * `/livez`, `/readyz`, and `/metrics` in OpenMetrics.
 */
export async function createOpsServer({ log, port, host, services }: OpsServerOptions): Promise<OpsServer> {
  const own = nodeRegistry();

  async function metrics(): Promise<{ type: string; text: string }> {
    const all = [own, ...services().map((one) => one.metrics.registry)];
    const read = await Promise.all(all.map(async (registry) => (await registry.getMetricsAsJSON()).map(toFamily)));
    const merged: Registry<RegistryContentType> = AggregatorRegistry.aggregate(read);
    merged.setContentType(Registry.OPENMETRICS_CONTENT_TYPE);
    return { type: merged.contentType, text: await merged.metrics() };
  }

  const reports: Record<string, (one: Telemetry) => HealthReport | Promise<HealthReport>> = {
    '/startupz': ({ health }) => health.startup(),
    '/livez': ({ health }) => health.liveness(),
    '/readyz': ({ health }) => health.readiness(),
  };

  async function answer(path: string, response: ServerResponse): Promise<void> {
    if (path === '/metrics') {
      const { type, text } = await metrics();
      response.writeHead(200, { 'content-type': type }).end(text);
      return;
    }
    const report = reports[path]!;
    const found = await Promise.all(services().map(async (one) => [one.service, await report(one)] as const));
    // A process whose services are all still to be made is not ready either.
    const ok = found.length > 0 && found.every(([, { ok: isOk }]) => isOk);
    const body = { status: ok ? 'ok' : 'not ok', ...Object.fromEntries(found.map(([name, { said }]) => [name, said])) };
    response.writeHead(ok ? 200 : 503, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  }

  const http = await createHttpServer({
    log,
    port,
    ...(host === undefined ? {} : { host }),
    handler(request: IncomingMessage, response: ServerResponse) {
      const path = (request.url ?? '').split('?')[0]!;
      if (path !== '/metrics' && !Object.hasOwn(reports, path)) return false;
      if (request.method !== 'GET' && request.method !== 'HEAD') return false;
      answer(path, response).catch((err: unknown) => {
        log.error({ err }, 'ops request failed by a bug');
        response.destroy();
      });
      return true;
    },
  });
  return { port: http.port, stop: http.stop };
}
