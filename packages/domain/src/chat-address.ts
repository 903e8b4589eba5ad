/** Where a person is reached by chat: what the address of a contact method on the channel `chat` says. */
export type ChatAddress =
  /** A member of a workspace, by direct message; or in a channel, where they are named. */
  | { kind: 'slack'; workspace: string; user: string; channel: string | null }
  /** An endpoint of their own, which gets signed JSON (Standard Webhooks). */
  | { kind: 'webhook'; url: string; secret: string }
  /** A user of a Mattermost server, by direct message of an incoming webhook; or in a channel, where they are named. */
  | { kind: 'mattermost'; url: string; user: string; channel: string | null }
  /** A flow of Microsoft Teams that posts an Adaptive Card, and takes no answer. */
  | { kind: 'teams'; url: string };

const LONGEST = 2_000;
const SLACK = /^([a-z0-9-]{1,32})\/([UW][A-Z0-9]{2,20})(?:@([CG][A-Z0-9]{2,20}))?$/;
/** The secret as Standard Webhooks writes it: 24 to 64 bytes in base64. */
const WEBHOOK_SECRET = /^whsec_[A-Za-z0-9+/]{32,86}={0,2}$/;
const MATTERMOST_NAME = /^@([a-z0-9][a-z0-9._-]{0,63})(?:~([a-z0-9][a-z0-9_-]{0,63}))?$/;

/** Reads an address, or says what is wrong with it; what it says never repeats the address, which may hold a secret. */
export function parseChatAddress(text: string): ChatAddress | string {
  const [, kind, rest = ''] = /^([a-z]+):(.*)$/.exec(text) ?? [];
  switch (kind) {
    case 'slack':
      return parseSlack(rest);
    case 'webhook':
      return parseWebhook(rest);
    case 'mattermost':
      return parseMattermost(rest);
    case 'teams': {
      const url = parseUrl(rest);
      if (url === null || url.hash !== '') return 'must be teams: and the https address of a flow';
      return { kind: 'teams', url: url.href };
    }
    default:
      return 'must begin with slack:, mattermost:, teams: or webhook:';
  }
}

function parseSlack(rest: string): ChatAddress | string {
  const [, workspace, user, channel = null] = SLACK.exec(rest) ?? [];
  if (workspace === undefined || user === undefined)
    return 'must be slack:<workspace>/<member id>, or slack:<workspace>/<member id>@<channel id>';
  return { kind: 'slack', workspace, user, channel };
}

function parseWebhook(rest: string): ChatAddress | string {
  const [url, secret] = withoutHash(rest);
  if (url === null || !WEBHOOK_SECRET.test(secret))
    return 'must be webhook: and an https address, with its secret behind it as #whsec_<base64 of 24 to 64 bytes>';
  return { kind: 'webhook', url, secret };
}

function parseMattermost(rest: string): ChatAddress | string {
  const [url, name] = withoutHash(rest);
  const [, user, channel = null] = MATTERMOST_NAME.exec(name) ?? [];
  if (url === null || user === undefined)
    return 'must be mattermost: and the address of an incoming webhook, with who is meant behind it as #@user or #@user~channel';
  return { kind: 'mattermost', url, user, channel };
}

/** An address without its fragment, and the fragment: what stands there is for us, and is never sent. */
function withoutHash(text: string): [url: string | null, hash: string] {
  const url = parseUrl(text);
  if (url === null) return [null, ''];
  const hash = url.hash.slice(1);
  url.hash = '';
  return [url.href, hash];
}

/** Plain http is for networks that the operator names; whether it is one is seen when it is connected to. */
function parseUrl(text: string): URL | null {
  if (text.length > LONGEST || !URL.canParse(text)) return null;
  const url = new URL(text);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return null;
  return url.username === '' && url.password === '' ? url : null;
}
