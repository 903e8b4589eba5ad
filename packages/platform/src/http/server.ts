import { createServer, type IncomingMessage, type Server, type ServerResponse, STATUS_CODES } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
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

  server.on('clientError', refuseUnread);
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

/** What is wrong before there is a request: answered as every other problem is, and the connection ends. */
const UNREAD: Record<string, { status: number; code: string; detail: string }> = {
  HPE_HEADER_OVERFLOW: {
    status: 431,
    code: 'headers-too-large',
    detail: 'address and headers have to fit into 16 KiB',
  },
  ERR_HTTP_REQUEST_TIMEOUT: { status: 408, code: 'request-timeout', detail: 'the request did not arrive in time' },
};
const NOT_HTTP = { status: 400, code: 'not-http', detail: 'this is not a request of HTTP/1.1' };

function refuseUnread(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (!socket.writable || error.code === 'ECONNRESET') return void socket.destroy();
  const { status, ...said } = UNREAD[error.code ?? ''] ?? NOT_HTTP;
  const title = STATUS_CODES[status];
  const body = JSON.stringify({ type: 'about:blank', title, status, ...said });
  socket.end(
    `HTTP/1.1 ${status} ${title}\r\ncontent-type: application/problem+json\r\ncontent-length: ${body.length}\r\nconnection: close\r\n\r\n${body}`,
  );
}

function notFound(): NotFound {
  return new NotFound('there is nothing here', { code: 'route-not-found' });
}
