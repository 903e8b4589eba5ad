import { NotFound } from '@tocsin/platform';
import { Router } from 'express';
import { Refusal } from '../http/problem.ts';
import type { AnyOperation } from './operation.ts';
import { type RunDeps, runOperation } from './run-operation.ts';

/** The routes of a list of operations, and of nothing else: another method is 405, another path 404. */
export function createOperationRouter(operations: readonly AnyOperation[], run: RunDeps): Router {
  const router = Router({ caseSensitive: true, strict: true });
  const methods = Map.groupBy(operations, ({ path }) => path);
  for (const operation of operations) {
    const { method, path } = operation;
    router.route(routeOf(path))[verbOf(method)](runOperation(operation, run));
  }
  for (const [path, there] of methods) {
    const allowed = there.flatMap(({ method }) => (method === 'GET' ? ['GET', 'HEAD'] : [method])).join(', ');
    router.all(routeOf(path), () => {
      throw new Refusal(405, 'method-not-allowed', `only ${allowed} here`, { Allow: allowed });
    });
  }
  router.use(() => {
    throw new NotFound('there is nothing here', { code: 'route-not-found' });
  });
  return router;
}

function routeOf(path: string): string {
  return path.replaceAll(/\{(\w+)\}/g, ':$1');
}

function verbOf(method: AnyOperation['method']) {
  return method.toLowerCase() as Lowercase<AnyOperation['method']>;
}
