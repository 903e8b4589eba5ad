import { readdirSync } from 'node:fs';
import path from 'node:path';
import express, { type RequestHandler, Router } from 'express';

/** Scripts are our own files. Styles may be attributes too: the component library places things with them. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "manifest-src 'self'",
  "worker-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ');

const YEAR_SECONDS = 365 * 24 * 3_600;

/**
 * The console, as it was built into a folder. Names of assets carry a hash of what is in them, so that browsers keep them for good; the
 * page itself is asked for each time, and is the answer to every address that a person may open.
 */
export function createConsoleFiles(folder: string): Router {
  const root = path.resolve(folder);
  const router = Router();
  router.use((_req, res, next) => {
    res.set('Content-Security-Policy', POLICY);
    next();
  });
  const assets = { immutable: true, maxAge: YEAR_SECONDS * 1_000, index: false, redirect: false } as const;
  router.use('/assets', sendPacked(path.join(root, 'assets')));
  router.use('/assets', express.static(path.join(root, 'assets'), assets));
  const others = { cacheControl: false, index: false, redirect: false } as const;
  router.use((_req, res, next) => {
    res.set('Cache-Control', 'no-cache');
    next();
  });
  router.use(express.static(root, others));
  router.get(/.*/, (req, res, next) => {
    // A file that is not there is no page: a script that got one would not say what is wrong.
    if (path.extname(req.path) !== '' || !req.accepts('html')) return next();
    res.sendFile('index.html', { root, cacheControl: false }, (error) => {
      if (error) next((error as { status?: number }).status === 404 ? undefined : error);
    });
  });
  return router;
}

/** How assets were packed when they were built, the smallest first, each beside what it was made from. */
const PACKED = [
  { encoding: 'br', ending: '.br' },
  { encoding: 'gzip', ending: '.gz' },
] as const;

/** Has an asset sent as it was packed, to whoever unpacks that. A build's files do not change while it is served. */
function sendPacked(assets: string): RequestHandler {
  const built = new Set(filesIn(assets));
  return (req, res, next) => {
    res.vary('Accept-Encoding');
    const name = req.path.slice(1);
    const best = PACKED.find(
      ({ encoding, ending }) => built.has(`${name}${ending}`) && req.acceptsEncodings(encoding) === encoding,
    );
    if (best) {
      res.type(path.extname(name)).set('Content-Encoding', best.encoding);
      req.url = `${req.path}${best.ending}`;
    }
    next();
  };
}

function filesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    // A console without scripts: it says so itself.
    return [];
  }
}
