import { readFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { SlackPost } from '../fake-slack.ts';
import { postView } from './post-view.ts';

const FILES: Readonly<Record<string, readonly [file: string, contentType: string]>> = {
  '/': ['page/index.html', 'text/html;charset=utf-8'],
  '/wall/chat.css': ['page/chat.css', 'text/css;charset=utf-8'],
  '/wall/chat.js': ['page/chat.js', 'text/javascript;charset=utf-8'],
  // Both walls look alike.
  '/wall/wall.css': ['../../../carrier/wall/page/wall.css', 'text/css;charset=utf-8'],
};
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'";

/** The messages of the workspace on one web page: to look at, and to press their buttons. */
export interface SlackWall {
  /** False where the path is none of the wall's. */
  handle(req: IncomingMessage, res: ServerResponse, body: string): Promise<boolean>;
}

export function createSlackWall(
  posts: readonly SlackPost[],
  names: ReadonlyMap<string, string>,
  press: (post: SlackPost, action: 'accept' | 'reject', as: string) => Promise<number>,
): SlackWall {
  async function act(req: IncomingMessage, res: ServerResponse, body: string): Promise<void> {
    if (!isSameOrigin(req)) return json(res, 403, { error: 'Only the wall itself may press its buttons.' });
    const [sid, action] = body.split(' ');
    const post = posts.find((one) => one.sid === sid);
    if (!post || (action !== 'accept' && action !== 'reject'))
      return json(res, 404, { error: 'There is no such button.' });
    const status = await press(post, action, post.member).catch(() => 0);
    json(res, 200, { taken: status === 200 });
  }

  return {
    async handle(req, res, body) {
      const path = (req.url ?? '/').split('?')[0] ?? '/';
      if (req.method === 'POST' && path === '/wall/press') await act(req, res, body);
      else if (req.method === 'GET' && path === '/wall/posts')
        json(
          res,
          200,
          posts.map((one) => postView(one, names)),
        );
      else if (req.method === 'GET' && path === '/favicon.ico') res.writeHead(204).end();
      else if (req.method === 'GET' && Object.hasOwn(FILES, path)) await serveFile(res, FILES[path]!);
      else return false;
      return true;
    },
  };
}

async function serveFile(res: ServerResponse, [file, contentType]: readonly [string, string]): Promise<void> {
  const body = await readFile(new URL(file, import.meta.url));
  const headers = { 'content-type': contentType, 'cache-control': 'no-cache', 'content-security-policy': POLICY };
  res.writeHead(200, { ...headers, 'x-content-type-options': 'nosniff' }).end(body);
}

/** A page of another origin can post here, but only with its own name in Origin. */
function isSameOrigin({ headers: { origin, host } }: IncomingMessage): boolean {
  return origin === `http://${host}`;
}

function json(res: ServerResponse, status: number, body: object): void {
  const headers = { 'content-type': 'application/json;charset=utf-8', 'cache-control': 'no-store' };
  res.writeHead(status, headers).end(JSON.stringify(body));
}
