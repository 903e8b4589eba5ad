import { parseCookie, stringifySetCookie } from 'cookie';
import type { Response } from 'express';
import type { SetCookie } from '../operations/operation.ts';

/** `session`: who is signed in. `device`: known to an account. `oidc`: a sign-in that is away at its provider. */
const names = ['session', 'device', 'oidc'] as const;

export type CookieName = (typeof names)[number];

export interface Cookies {
  read(header: string | undefined): Readonly<Partial<Record<CookieName, string>>>;
  set(res: Response, cookies: readonly SetCookie[]): void;
}

/**
 * Cookies as strict as they may be: `__Host-` over https, so that neither another host nor http can set or read them; on http, which is
 * loopback only, a plain name. Lax and not Strict, since a link in a page must find its reader signed in.
 */
export function createCookies({ https }: { https: boolean }): Cookies {
  const prefix = https ? '__Host-tocsin-' : 'tocsin-';
  return {
    read(header) {
      const all = parseCookie(header ?? '');
      const ours = names.flatMap((name) => (all[prefix + name] === undefined ? [] : [[name, all[prefix + name]]]));
      return Object.fromEntries(ours) as Partial<Record<CookieName, string>>;
    },
    set(res, cookies) {
      for (const { name, value, maxAgeSeconds } of cookies) {
        const life = value === undefined ? { maxAge: 0 } : maxAgeSeconds === undefined ? {} : { maxAge: maxAgeSeconds };
        const cookie = { path: '/', httpOnly: true, sameSite: 'lax', secure: https } as const;
        res.append('Set-Cookie', stringifySetCookie({ name: prefix + name, value: value ?? '', ...cookie, ...life }));
      }
    },
  };
}
