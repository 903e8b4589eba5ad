import { type ConnectionOptions, errors, type NatsConnection } from '@nats-io/nats-core';
import { connect } from '@nats-io/transport-node';
import { InvalidInput, type TocsinError, Unavailable } from '../errors/errors.ts';
import { loadConfig } from '../runtime/config.ts';
import { sleep } from '../runtime/wait.ts';
import { platformMetrics } from '../telemetry/catalogue.ts';
import { setTelemetry, type Telemetry } from '../telemetry/telemetry.ts';
import { lastWord } from './last-word.ts';
import { isUp } from './link.ts';
import { explainNats, type NatsSecurity, natsEnvironment, securityOptions } from './security.ts';

const firstConnectMs = 10_000;

/**
 * Connects within 10 s or rejects with what is wrong; once connected it never gives up reconnecting.
 * `of` is whose it is: a name, or the service that it counts for. `url` may name several servers, joined by commas, and carry
 * `user:password@` or `token@`; an address with `tls://` is never spoken to without TLS. `security` is what the environment of the
 * process says besides.
 */
export async function connectNats(
  url: string,
  of: string | Telemetry,
  security: NatsSecurity = loadConfig(natsEnvironment),
): Promise<NatsConnection> {
  const { servers, credentials } = parse(url);
  const options: ConnectionOptions = {
    ...credentials,
    ...(await securityOptions(security, url.includes('tls://'))),
    servers,
    name: typeof of === 'string' ? of : of.service,
    timeout: 5_000,
    maxReconnectAttempts: -1,
    reconnectTimeWait: 250,
    reconnectJitter: 500,
    reconnectJitterTLS: 1_000,
    // A peer that vanished without a word is noticed after two pings.
    pingInterval: 10_000,
    maxPingOut: 2,
    // Credentials are rotated while we run: a refusal may be of a moment.
    ignoreAuthErrorAbort: true,
    waitOnFirstConnect: false,
  };
  const end = performance.now() + firstConnectMs;
  for (;;) {
    try {
      const nc = await connect(options);
      isUp(nc);
      if (typeof of !== 'string') watch(nc, of);
      return nc;
    } catch (cause) {
      const refused = cause instanceof errors.InvalidArgumentError;
      const at = `NATS at ${servers.join(', ')}`;
      const explained = explainNats(cause, at, security) ?? (options.tls && (await explainTls(at)));
      if (explained) throw explained;
      if (refused || performance.now() + 250 >= end) {
        const said = cause instanceof Error ? cause.message : String(cause);
        throw new Unavailable(`${at}: ${said}`, { code: 'bus-away', cause });
      }
      await sleep(250);
    }
  }

  async function explainTls(at: string): Promise<TocsinError | undefined> {
    // A mounted file may be away for a moment, just now.
    const said = await lastWord(servers[0] ?? '', security).catch(() => undefined);
    return said && explainNats(said, at, security);
  }
}

/** What is asked and told on the connection counts for its service. Only a connection that was closed for good never comes back. */
function watch(nc: NatsConnection, telemetry: Telemetry): void {
  setTelemetry(nc, telemetry);
  telemetry.metrics.sampled(platformMetrics.busUp, {}, () => (isUp(nc) ? 1 : 0));
  telemetry.health.livesBy('nats', () => !nc.isClosed());
}

/** The client takes credentials as options only. What is left of the addresses can be shown in an error. */
function parse(url: string): { servers: string[]; credentials: Pick<ConnectionOptions, 'user' | 'pass' | 'token'> } {
  let credentials = {};
  const servers = url.split(',').map((part) => {
    const text = part.trim();
    const parsed = URL.parse(text.includes('://') ? text : `nats://${text}`);
    if (!parsed?.host) {
      throw new InvalidInput('the NATS address is not a URL such as nats://host:4222', {
        code: 'url-invalid',
        field: 'NATS_URL',
      });
    }
    const user = decodeURIComponent(parsed.username);
    if (user) credentials = parsed.password ? { user, pass: decodeURIComponent(parsed.password) } : { token: user };
    return `${parsed.protocol}//${parsed.host}`;
  });
  return { servers, credentials };
}
