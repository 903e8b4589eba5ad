import type { Logger } from '@tocsin/platform';
import { NotFound } from '@tocsin/platform';
import express, { type ErrorRequestHandler, type Express, type Router } from 'express';
import { answerFailure } from '../operations/run-operation.ts';
import { securityHeaders } from './security-headers.ts';

export const API_BASE = '/api/v1';

export interface AppOptions {
  https: boolean;
  trustedProxies: readonly string[];
  health: Router;
  /** Everything that the operations are. */
  api: Router;
  /** The page that people read the API's document in. */
  reader: Router;
  /** What browsers open; absent: there is none. */
  consoleFiles?: Router | undefined;
  log: Logger;
}

/** The face: what is served where. */
export function createApp({ https, trustedProxies, health, api, reader, consoleFiles, log }: AppOptions): Express {
  const app = express();
  app.disable('x-powered-by');
  app.set('etag', false);
  app.set('query parser', 'simple');
  app.set('trust proxy', [...trustedProxies]);
  app.use(securityHeaders({ https }));
  app.use(health);
  app.use(API_BASE, api);
  app.use('/api', reader, () => {
    throw new NotFound('there is nothing here', { code: 'route-not-found' });
  });
  if (consoleFiles) app.use(consoleFiles);
  app.use(() => {
    throw new NotFound('there is nothing here', { code: 'route-not-found' });
  });
  const fail: ErrorRequestHandler = (error, _req, res, _next) => answerFailure(res, error, { log });
  app.use(fail);
  return app;
}
