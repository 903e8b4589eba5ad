import http2, { type IncomingHttpHeaders, type ServerHttp2Stream } from 'node:http2';
import type { AddressInfo } from 'node:net';
import type { KeyPair } from './authority.ts';

export interface TemporalGateOptions {
  /** The server behind it, which speaks without TLS. */
  upstream: string;
  server: KeyPair;
  /** Whose clients are let in, as PEM. Absent: none has to show a certificate. */
  clientCa?: string;
  /** What clients have to show. Absent: nothing. */
  apiKey?: string;
  /** As Temporal Cloud does, it keeps to itself how namespaces are made and changed. */
  cloud?: boolean;
}

export interface TemporalGate {
  readonly address: string;
  /** Of now: who shows another one is refused from the next call on. */
  apiKey: string | undefined;
  /** From the next connection on; those that are open are closed. */
  trust(clientCa: string): void;
  stop(): Promise<void>;
}

const OPERATORS = /^\/temporal\.api\.(operatorservice\.|workflowservice\.v1\.WorkflowService\/RegisterNamespace$)/;
const UNAUTHENTICATED = '16';
const PERMISSION_DENIED = '7';
const UNAVAILABLE = '14';

/** Stands before a Temporal server as a secured frontend does: TLS, client certificates, API keys. */
export async function startTemporalGate(options: TemporalGateOptions): Promise<TemporalGate> {
  const { upstream, server: pair, clientCa, cloud = false } = options;
  const contextOf = (ca: string | undefined) => ({ ...pair, ...(ca === undefined ? {} : { ca }) });
  const server = http2.createSecureServer({
    ...contextOf(clientCa),
    requestCert: clientCa !== undefined,
    rejectUnauthorized: clientCa !== undefined,
  });
  const sessions = new Set<http2.Http2Session>();
  const keep = (session: http2.Http2Session) => {
    sessions.add(session);
    session.on('error', () => {}).on('close', () => sessions.delete(session));
  };
  const behind = http2.connect(`http://${upstream}`);
  keep(behind);
  server.on('session', keep);
  const gate = { apiKey: options.apiKey };
  server.on('stream', (stream, headers) => {
    stream.on('error', () => {});
    if (gate.apiKey !== undefined && headers.authorization !== `Bearer ${gate.apiKey}`)
      refuse(stream, UNAUTHENTICATED, 'Request unauthorized.');
    else if (cloud && OPERATORS.test(headers[':path'] ?? ''))
      refuse(stream, PERMISSION_DENIED, 'Request unauthorized.');
    else forward(behind, stream, headers);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return Object.assign(gate, {
    address: `127.0.0.1:${port}`,
    trust(ca: string) {
      server.setSecureContext(contextOf(ca));
      for (const session of sessions) if (session !== behind) session.destroy();
    },
    async stop() {
      for (const session of sessions) session.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  });
}

function refuse(stream: ServerHttp2Stream, status: string, message: string): void {
  const headers = {
    ':status': 200,
    'content-type': 'application/grpc',
    'grpc-status': status,
    'grpc-message': message,
  };
  stream.respond(headers, { endStream: true });
}

function forward(behind: http2.ClientHttp2Session, stream: ServerHttp2Stream, headers: IncomingHttpHeaders): void {
  const { ':authority': _authority, ':scheme': _scheme, authorization: _authorization, ...rest } = headers;
  const request = behind.request(rest);
  let trailers: IncomingHttpHeaders = {};
  stream.pipe(request);
  stream.on('close', () => request.close());
  request.on('error', () => !stream.headersSent && !stream.destroyed && refuse(stream, UNAVAILABLE, 'away'));
  request.on('trailers', (sent) => {
    trailers = sent;
  });
  request.on('response', (sent, flags) => {
    if (stream.destroyed) return;
    const ended = (flags & http2.constants.NGHTTP2_FLAG_END_STREAM) !== 0;
    stream.respond(sent, ended ? { endStream: true } : { waitForTrailers: true });
    if (!ended) request.pipe(stream);
  });
  stream.on('wantTrailers', () => stream.sendTrailers(trailers));
}
