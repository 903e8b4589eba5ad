import { createHmac, randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { until } from '@tocsin/platform';
import { type Behaviours, createBehaviours } from '../behaviour.ts';
import { type Listening, listen } from '../listen.ts';
import { type Block, buttonsOf, parseBlocks, readable, wrongMarkup } from './blocks.ts';

export interface SlackPost {
  /** `<channel>/<ts>`. */
  sid: string;
  channel: string;
  ts: string;
  /** The address that a contact method of this workspace has for where it was posted. */
  to: string;
  /** Whose it is: whom it went to, or who is named in a channel. */
  member: string;
  text: string;
  blocks: Block[];
  /** How often it was changed. */
  edits: number;
  at: number;
}

export interface FakeSlackOptions {
  /** 0: any free one. */
  port: number;
  workspaceId: string;
  botToken: string;
  signingSecret: string;
  /** Where it brings the buttons that people press. */
  interactivityUrl: () => string;
}

/** A strict stand-in for one Slack workspace with our app in it, on loopback. */
export interface FakeSlack extends Pick<Behaviours, 'next' | 'fault'> {
  readonly baseUrl: string;
  readonly posts: readonly SlackPost[];
  readonly resources: readonly SlackPost[];
  /** What only one person sees, in the order in which it was said. */
  readonly whispers: readonly { channel: string; user: string; text: string }[];
  /** Requests to post a message, whatever became of them. */
  readonly asked: number;
  /** Of changes of messages. */
  readonly changes: Pick<Behaviours, 'next' | 'fault'>;
  /** Direct messages with a member, as they read now. */
  readBy(user: string): string[];
  /** Presses a button that the message has now, as the member; resolves with the status of our answer. */
  press(post: SlackPost, action: 'accept' | 'reject', as: string, forged?: Forged): Promise<number>;
  /** The same, as people do: where Slack says at the button that it did not work, they press again. */
  answer(post: SlackPost, action: 'accept' | 'reject', as: string): Promise<void>;
  /** Calls back with whose it is whenever a message came or was changed. */
  onChange(listener: (member: string) => void): void;
  /** What came in that Slack would not take or we did not expect. A test that ends with any has failed. */
  problems: string[];
  /** Opens its port; nothing is open before. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** What is not as Slack would send it. */
export interface Forged {
  secret?: string;
  /** In seconds. */
  timestamp?: number;
}

const POST_FIELDS = ['channel', 'text', 'blocks', 'unfurl_links', 'unfurl_media'];
const UPDATE_FIELDS = ['channel', 'ts', 'text', 'blocks'];
const WHISPER_FIELDS = ['channel', 'user', 'text'];
/** Slack gives up on whoever does not answer a press. */
const PRESS_TIMEOUT_MS = 3_000;
const ANSWER_WITHIN_MS = 30_000;

type Fields = Record<string, unknown>;
type Said = { status: number; body: string };

export function createFakeSlack(options: FakeSlackOptions): FakeSlack {
  const { workspaceId, botToken, signingSecret } = options;
  const posts: SlackPost[] = [];
  const whispers: { channel: string; user: string; text: string }[] = [];
  const listeners: ((member: string) => void)[] = [];
  const problems: string[] = [];
  const posting = createBehaviours();
  const changing = createBehaviours();
  let asked = 0;
  let counter = 0;

  function handle(req: IncomingMessage, res: ServerResponse, body: string): void {
    if (req.headers.authorization !== `Bearer ${botToken}`) {
      const error = req.headers.authorization ? 'invalid_auth' : 'not_authed';
      return void res.writeHead(200).end(JSON.stringify({ ok: false, error }));
    }
    const fields = fieldsOf(req, body);
    switch (`${req.method} ${req.url}`) {
      case 'POST /api/chat.postMessage':
        asked += 1;
        return posting.meet(req, res, () => post(fields));
      case 'POST /api/chat.update':
        return changing.meet(req, res, () => update(fields));
      case 'POST /api/chat.postEphemeral':
        return void res.writeHead(200).end(whisper(fields).body);
      default:
        return void res.writeHead(404).end(odd(`no such method: ${req.method} ${req.url}`).body);
    }
  }

  function post(fields: Fields): Said {
    const wrong = wrongMessage(fields, POST_FIELDS);
    if (wrong) return odd(wrong);
    const target = String(fields.channel);
    if (!/^[UWCGD][A-Z0-9]{2,}$/.test(target)) return said({ ok: false, error: 'channel_not_found' });
    // A message to a member is in the channel of the direct messages with them.
    const channel = /^[UW]/.test(target) ? `D${target.slice(1)}` : target;
    counter += 1;
    const ts = `${Math.floor(Date.now() / 1_000)}.${String(counter).padStart(6, '0')}`;
    const blocks = parseBlocks(fields.blocks) as Block[];
    const text = String(fields.text);
    const made = {
      sid: `${channel}/${ts}`,
      channel,
      ts,
      to: `slack:${workspaceId}/${target}`,
      member: /^[UW]/.test(target) ? target : (/<@([UW][A-Z0-9]+)>/.exec(text)?.[1] ?? ''),
      text,
      blocks,
      edits: 0,
      at: Date.now(),
    };
    posts.push(made);
    changed(made);
    return said({ ok: true, channel, ts, message: { type: 'message', text: made.text, ts, blocks } });
  }

  function update(fields: Fields): Said {
    const wrong = wrongMessage(fields, UPDATE_FIELDS);
    if (wrong) return odd(wrong);
    const found = posts.find((one) => one.channel === fields.channel && one.ts === fields.ts);
    if (!found) return said({ ok: false, error: 'message_not_found' });
    found.text = String(fields.text);
    found.blocks = parseBlocks(fields.blocks) as Block[];
    found.edits += 1;
    changed(found);
    return said({ ok: true, channel: found.channel, ts: found.ts, text: found.text });
  }

  function changed({ member }: SlackPost): void {
    for (const listener of listeners) listener(member);
  }

  function whisper(fields: Fields): Said {
    const { channel, user, text } = fields;
    const unknown = Object.keys(fields).filter((name) => !WHISPER_FIELDS.includes(name));
    if (unknown.length > 0 || typeof text !== 'string' || wrongMarkup(text)) return odd(`wrong whisper: ${unknown}`);
    whispers.push({ channel: String(channel), user: String(user), text });
    return said({ ok: true, message_ts: String(Date.now()) });
  }

  function odd(problem: string): Said {
    problems.push(problem);
    return said({ ok: false, error: 'invalid_arguments', response_metadata: { messages: [problem] } });
  }

  async function press(
    pressed: SlackPost,
    action: 'accept' | 'reject',
    as: string,
    forged: Forged = {},
  ): Promise<number> {
    const button = buttonsOf(pressed.blocks).find((one) => one.action_id === action);
    if (!button) throw new Error(`the message has no button ${action}`);
    const payload = blockActions(workspaceId, pressed, button, as);
    const body = new URLSearchParams({ payload: JSON.stringify(payload) }).toString();
    const timestamp = String(forged.timestamp ?? Math.floor(Date.now() / 1_000));
    const response = await fetch(options.interactivityUrl(), {
      method: 'POST',
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        'x-slack-request-timestamp': timestamp,
        'x-slack-signature': sign(forged.secret ?? signingSecret, timestamp, body),
      },
      body,
      signal: AbortSignal.timeout(PRESS_TIMEOUT_MS),
    });
    const text = await response.text();
    if (response.status === 200 && text !== '') problems.push('a press was answered with a body, which Slack shows');
    return response.status;
  }

  let server: Listening | undefined;
  return {
    get baseUrl() {
      return `${server?.url}/api`;
    },
    posts,
    resources: posts,
    whispers,
    problems,
    get asked() {
      return asked;
    },
    next: posting.next,
    fault: posting.fault,
    changes: changing,
    readBy: (user) => posts.filter((one) => one.channel === `D${user.slice(1)}`).map((one) => readable(one.blocks)),
    press,
    async answer(answered, action, as) {
      const asItWas = { ...answered };
      await until(async () => (await press(asItWas, action, as)) === 200, {
        timeoutMs: ANSWER_WITHIN_MS,
        everyMs: 500,
        what: 'a press to be taken',
      });
    },
    onChange: (listener) => void listeners.push(listener),
    async start() {
      server = await listen(options.port, problems, handle);
    },
    stop: async () => server?.stop(),
  };
}

/** As JSON, or as the form that Slack's own clients send. */
function fieldsOf(req: IncomingMessage, body: string): Fields {
  const type = req.headers['content-type'] ?? '';
  if (type === 'application/json; charset=utf-8') return JSON.parse(body) as Fields;
  if (!type.startsWith('application/x-www-form-urlencoded')) throw new Error(`content type ${type}`);
  const fields: Fields = Object.fromEntries(new URLSearchParams(body));
  if (typeof fields.blocks === 'string') fields.blocks = JSON.parse(fields.blocks);
  return fields;
}

function wrongMessage(fields: Fields, known: readonly string[]): string | null {
  const unknown = Object.keys(fields).filter((name) => !known.includes(name));
  if (unknown.length > 0) return `there is no ${unknown.join(', ')}`;
  if (typeof fields.text !== 'string' || fields.text === '' || fields.text.length > 4_000)
    return 'text has 1 to 4,000 characters';
  const blocks = parseBlocks(fields.blocks);
  return typeof blocks === 'string' ? blocks : wrongMarkup(fields.text);
}

function said(body: object): Said {
  return { status: 200, body: JSON.stringify(body) };
}

/** Slack's payload of a press (https://docs.slack.dev/reference/interaction-payloads/block_actions-payload). */
function blockActions(team: string, { channel, ts, text, blocks }: SlackPost, button: object, user: string): object {
  const triggerId = `${Date.now()}.${randomBytes(8).toString('hex')}`;
  return {
    type: 'block_actions',
    user: { id: user, username: user.toLowerCase(), name: user.toLowerCase(), team_id: team },
    api_app_id: 'A0123456789',
    token: 'a-token-that-is-no-longer-used',
    container: { type: 'message', message_ts: ts, channel_id: channel, is_ephemeral: false },
    trigger_id: triggerId,
    team: { id: team, domain: team },
    channel: { id: channel, name: 'directmessage' },
    message: { type: 'message', text, ts, blocks },
    state: { values: {} },
    response_url: 'https://hooks.slack.com/actions/unused',
    actions: [{ ...button, block_id: 'answer', action_ts: `${Date.now() / 1_000}` }],
  };
}

function sign(secret: string, timestamp: string, body: string): string {
  return `v0=${createHmac('sha256', secret).update(`v0:${timestamp}:${body}`).digest('hex')}`;
}
