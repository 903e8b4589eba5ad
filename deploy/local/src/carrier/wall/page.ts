import { readFile } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';

const files: Readonly<Record<string, readonly [file: string, contentType: string]>> = {
  '/': ['index.html', 'text/html;charset=utf-8'],
  '/wall/wall.css': ['wall.css', 'text/css;charset=utf-8'],
  '/wall/phone.css': ['phone.css', 'text/css;charset=utf-8'],
  '/wall/apps.css': ['apps.css', 'text/css;charset=utf-8'],
  '/wall/wall.js': ['wall.js', 'text/javascript;charset=utf-8'],
  '/wall/phone-card.js': ['phone-card.js', 'text/javascript;charset=utf-8'],
  '/wall/thread.js': ['thread.js', 'text/javascript;charset=utf-8'],
  '/wall/apps.js': ['apps.js', 'text/javascript;charset=utf-8'],
};

/** Serves the wall's few files from disk. @returns whether the path is one of them */
export async function servePage(path: string, res: ServerResponse): Promise<boolean> {
  const entry = Object.hasOwn(files, path) ? files[path] : undefined;
  if (!entry) return false;
  const [file, contentType] = entry;
  const body = await readFile(new URL(`./page/${file}`, import.meta.url));
  res
    .writeHead(200, {
      'content-type': contentType,
      'content-length': body.length,
      'cache-control': 'no-cache',
      'content-security-policy':
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; connect-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'",
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
    })
    .end(body);
  return true;
}
