/** Where a browser is reached by push, and the keys that only it can open what it gets with (RFC 8030, RFC 8291). */
export interface PushAddress {
  /** Of one browser at its vendor's push service. Whoever knows it can be told apart from everybody else. */
  endpoint: string;
  /** Its public key: an uncompressed point of P-256, in base64url. */
  p256dh: string;
  /** The secret of 16 bytes that it shares with who may send to it, in base64url. */
  auth: string;
}

const LONGEST = 2_000;
/** 65 bytes that begin with 4, and 16 bytes. */
const KEYS = /^(B[A-P][A-Za-z0-9_-]{85})\.([A-Za-z0-9_-]{22})$/;

/** Reads the address of a contact method on the channel `push`, or says what is wrong with it; what it says never repeats it. */
export function parsePushAddress(text: string): PushAddress | string {
  const [url = '', hash = '', ...more] = text.split('#');
  const [, p256dh, auth] = KEYS.exec(hash) ?? [];
  if (more.length > 0 || p256dh === undefined || auth === undefined || !isEndpoint(url))
    return 'must be the https address of a push subscription, with its keys behind it as #<p256dh>.<auth>';
  return { endpoint: url, p256dh, auth };
}

/** The address that says this. */
export function pushAddressOf({ endpoint, p256dh, auth }: PushAddress): string {
  return `${endpoint}#${p256dh}.${auth}`;
}

/** Plain http is for push services that the operator names; whether it is one is seen when it is asked. */
function isEndpoint(text: string): boolean {
  if (text.length > LONGEST || !URL.canParse(text)) return false;
  const { protocol, username, password } = new URL(text);
  return (protocol === 'https:' || protocol === 'http:') && username === '' && password === '';
}
