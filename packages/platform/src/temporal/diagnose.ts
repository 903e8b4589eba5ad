import net from 'node:net';
import tls from 'node:tls';
import { InvalidInput, type TocsinError, Unavailable } from '../errors/errors.ts';
import type { TemporalCredentials } from './credentials.ts';

/** How an HTTP/2 client begins: a server that takes us says its settings then. */
const PREFACE = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0', 'latin1');
const WITHIN_MS = 3_000;
const UNKNOWN_SIGNER = /^(UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_SELF_SIGNED)/;
const REFUSES_CLIENT =
  /ALERT_(CERTIFICATE|BAD_CERTIFICATE|UNKNOWN_CA|UNSUPPORTED_CERTIFICATE|ACCESS_DENIED|HANDSHAKE_FAILURE|DECRYPT_ERROR)|ALERT_NUMBER_(116|42|48)/;
const NO_TLS = /WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|HTTP_REQUEST|UNEXPECTED_MESSAGE|RECORD_LAYER_FAILURE/;
/** The first byte of an alert in TLS' record layer. */
const ALERT = 0x15;

/**
 * Why a connection with these credentials is not made, in one sentence that names the setting. The clients' own words differ from
 * library to library; here the server is asked with Node's own TLS. `InvalidInput` where waiting mends nothing. Undefined where
 * the server takes us: then it is something else.
 */
export async function diagnoseConnection(
  address: string,
  credentials: TemporalCredentials,
): Promise<TocsinError | undefined> {
  const { tls: settings } = credentials;
  const said = await greet(address, settings);
  const at = `Temporal at ${address}`;
  if (said.bytes !== undefined) {
    if (settings || said.bytes[0] !== ALERT) return undefined;
    return invalid('TEMPORAL_TLS', `${at} speaks TLS: set it to true, or name its authority`);
  }
  const { code = '', message } = said.error;
  if (!settings)
    return said.connected
      ? away(`${at} closes the connection without a word: if it speaks TLS, set TEMPORAL_TLS`)
      : away(`${at}: ${message}`);
  if (!said.connected) return away(`${at}: ${message}`);
  if (UNKNOWN_SIGNER.test(code)) {
    const signed = settings.serverCa
      ? 'the authority in this file did not sign the certificate of'
      : 'is not set, and no authority that the system knows signed the certificate of';
    return invalid('TEMPORAL_TLS_SERVER_CA_CERT_PATH', `${signed} ${at} (${code})`);
  }
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID')
    return invalid('TEMPORAL_TLS_SERVER_NAME', `the certificate of ${at} is for another name: ${message}`);
  if (code === 'CERT_HAS_EXPIRED' || code === 'CERT_NOT_YET_VALID')
    return away(`the certificate of ${at} does not hold at this time (${code})`);
  if (NO_TLS.test(code)) return invalid('TEMPORAL_TLS', `${at} speaks no TLS (${code})`);
  return refusedClient(at, settings, said);
}

/** Since TLS 1.3 a server looks at the client's certificate after the handshake: it says why, or hangs up. */
function refusedClient(at: string, settings: NonNullable<TemporalCredentials['tls']>, said: Refused): TocsinError {
  const { code = '', message } = said.error;
  const field = 'TEMPORAL_TLS_CLIENT_CERT_PATH';
  const clear = REFUSES_CLIENT.test(code);
  if (!said.secured && !clear) return away(`${at}: ${message}`);
  const { client } = settings;
  if (client && client.expiresAt.getTime() < Date.now())
    return invalid(
      field,
      `the certificate in this file expired at ${client.expiresAt.toISOString()}, and ${at} takes it no more`,
    );
  const what = client ? 'does not take the certificate in this file' : 'asks for a certificate, and this is not set';
  if (clear) return invalid(field, `${at} ${what} (${code})`);
  const hint = client ? 'it may not take the certificate in' : 'it may ask for a certificate, and not set is';
  return away(`${at} hangs up after the handshake: ${hint} ${field}`);
}

interface Refused {
  bytes?: undefined;
  error: NodeJS.ErrnoException;
  /** TCP came about. */
  connected: boolean;
  /** TLS came about: the server's certificate is what it should be. */
  secured: boolean;
}

type Greeting = Refused | { bytes: Buffer };

function greet(address: string, settings: TemporalCredentials['tls']): Promise<Greeting> {
  const { host, port } = parseAddress(address);
  return new Promise((resolve) => {
    const state = { connected: false, secured: false };
    const raw = net.connect({ host, port });
    let socket: net.Socket = raw;
    const timer = setTimeout(() => end(new Error('no answer in time')), WITHIN_MS);
    const end = (error: NodeJS.ErrnoException) => finish({ error, ...state });
    const finish = (said: Greeting) => {
      clearTimeout(timer);
      socket.destroy();
      raw.destroy();
      resolve(said);
    };
    const listen = () => {
      socket.on('data', (bytes: Buffer) => finish({ bytes }));
      socket.on('error', end).on('close', () => end(new Error('the connection is closed')));
      socket.write(PREFACE);
    };
    raw.on('error', end);
    raw.on('connect', () => {
      state.connected = true;
      if (!settings) return listen();
      const secure = tls.connect({
        socket: raw,
        host,
        ALPNProtocols: ['h2'],
        ...serverNameOf(settings.serverName ?? host),
        ...(settings.serverCa ? { ca: settings.serverCa } : {}),
        ...(settings.client ? { cert: settings.client.cert, key: settings.client.key } : {}),
      });
      socket = secure;
      secure.on('error', end).on('secureConnect', () => {
        state.secured = true;
        listen();
      });
    });
  });
}

/** TLS knows no addresses as names. */
function serverNameOf(name: string): { servername?: string; checkServerIdentity?: typeof tls.checkServerIdentity } {
  if (net.isIP(name)) return {};
  return { servername: name, checkServerIdentity: (_host, certificate) => tls.checkServerIdentity(name, certificate) };
}

function parseAddress(address: string): { host: string; port: number } {
  const { hostname, port } = new URL(`tcp://${address}`);
  return { host: hostname.replace(/^\[|\]$/g, ''), port: Number(port || 7_233) };
}

function invalid(field: string, message: string): InvalidInput {
  return new InvalidInput(`${field}: ${message}`, { code: 'temporal-refuses', field });
}

function away(message: string): Unavailable {
  return new Unavailable(message, { code: 'temporal-away' });
}
