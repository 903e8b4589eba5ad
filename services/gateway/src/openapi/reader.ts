import { readFileSync } from 'node:fs';
import { Router } from 'express';
import { renderDocument } from './render-document.ts';

const POLICY = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
const style = readFileSync(new URL('./reader.css', import.meta.url), 'utf8');

/** The document as a page, at `/docs`: made once from it, without scripts, and with nothing from another host. */
export function createReader(document: Record<string, unknown>): Router {
  const page = renderDocument(document);
  const router = Router();
  router.get('/docs', (_req, res) => {
    res.set({ 'Content-Security-Policy': POLICY, 'Cache-Control': 'no-cache' }).type('html').send(page);
  });
  router.get('/docs.css', (_req, res) => {
    res.set('Cache-Control', 'no-cache').type('css').send(style);
  });
  return router;
}
