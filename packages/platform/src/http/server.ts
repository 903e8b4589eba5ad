import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Express, Request, Response } from 'express';
import { toTocsinError } from '../errors/classify.ts';
import { Internal, NotFound, Unavailable } from '../errors/errors.ts';
import { toHttpProblem } from '../errors/http-problem.ts';
import type { Logger } from '../runtime/log.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import { withTrace } from '../telemetry/trace.ts';
import { observeRequest } from './observe-request.ts';

export interface HttpServerOptions {
  log: Logger;
  /** The hot path, asked before Express: true where it has taken the request. */
  handler?: (request: IncomingMessage, response: ServerResponse) => boolean;
  app?: Express;
  /** Whose requests these are: each is counted, and is a span. */
  telemetry?: Telemetry;
  /** The pattern that a request of the hot path came to; undefined: whatever Express found. */
  routeOf?: (request: IncomingMessage) => string | undefined;
  /** 0: any free one. */
  port: number;
  host?: string;
}

export interface HttpServer {
  port: number;
  server: Server;
  /** Takes no new connections, finishes what runs, and gives up after 8 s. */
  stop(): Promise<void>;
}

const drainMs = 8_000;

/** A server with limits on slow senders, that answers what goes wrong as problem details and drains when it stops. */
export async function createHttpServer(options: HttpServerOptions): Promise<HttpServer> {
  const { log, handler, app, port, host, telemetry, routeOf } = options;
  const observe = telemetry && observeRequest(telemetry, routeOf);
  const server = createServer(
    // Above the idle time-out of usual load balancers (60 s), so that it is they who close an idle connection.
    { headersTimeout: 10_000, requestTimeout: 30_000, keepAliveTimeout: 65_000, maxHeaderSize: 16_384 },
    (request, response) =>
      observe
        ? observe(request, response, () => answer(request, response))
        : withTrace(request.headers.traceparent as string | undefined, () => answer(request, response)),
  );

  function answer(request: IncomingMessage, response: ServerResponse): void {
    const fail = (error: unknown) => {
      if (toTocsinError(error) instanceof Internal)
        log.error({ err: error, method: request.method }, 'http request failed by a bug');
      sendProblem(response, error);
    };
    try {
      if (handler?.(request, response)) return;
      if (app) app(request as Request, response as Response, (error: unknown) => fail(error ?? notFound()));
      else fail(notFound());
    } catch (error) {
      fail(error);
    }
  }

  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) =>
      reject(
        new Unavailable(`cannot listen on port ${port}: ${cause.code ?? cause.message}`, { code: 'port-taken', cause }),
      ),
    );
    server.listen(port, host, resolve);
  });

  return {
    port: (server.address() as AddressInfo).port,
    server,
    async stop() {
      const timer = setTimeout(() => server.closeAllConnections(), drainMs);
      // A connection whose last answer is out stays open for the next request, which will not be taken.
      const idle = setInterval(() => server.closeIdleConnections(), 50);
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeIdleConnections();
      });
      clearTimeout(timer);
      clearInterval(idle);
    },
  };
}

/** Answers with problem details, unless an answer has begun: then the connection is cut, so that nobody takes half of one for whole. */
export function sendProblem(response: ServerResponse, error: unknown): void {
  if (response.headersSent) return void response.destroy();
  const { status, body } = toHttpProblem(error);
  response.writeHead(status, {
    'content-type': 'application/problem+json',
    ...(body.retryAfterMs === undefined ? {} : { 'retry-after': String(Math.ceil(body.retryAfterMs / 1_000)) }),
  });
  response.end(JSON.stringify(body));
}

function notFound(): NotFound {
  return new NotFound('there is nothing here', { code: 'route-not-found' });
}
