import { NotFound } from '@tocsin/platform';
import { Router } from 'express';
import { Refusal } from '../http/problem.ts';
import type { AnyOperation } from './operation.ts';
import { type RunDeps, runOperation } from './run-operation.ts';

/** The routes of a list of operations, and of nothing else: another method is 405, another path 404. */
export function createOperationRouter(operations: readonly AnyOperation[], run: RunDeps): Router {
  const router = Router({ caseSensitive: true, strict: true });
  const inOrder = operations.toSorted((one, other) => compareRoutes(one.path, other.path));
  const methods = Map.groupBy(inOrder, ({ path }) => path);
  for (const operation of inOrder) {
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

/** What is written out before what is a parameter, wherever the operations stand in their list: `/things/export`, then `/things/{thingId}`. */
function compareRoutes(one: string, other: string): number {
  const [a, b] = [one.split('/'), other.split('/')];
  for (let i = 0; i < Math.max(a.length, b.length); i += 1) {
    const [left = '', right = ''] = [a[i], b[i]];
    if (left !== right) return Number(isParameter(left)) - Number(isParameter(right)) || (left < right ? -1 : 1);
  }
  return 0;
}

function isParameter(segment: string): boolean {
  return segment.startsWith('{');
}

function routeOf(path: string): string {
  return path.replaceAll(/\{(\w+)\}/g, ':$1');
}

function verbOf(method: AnyOperation['method']) {
  return method.toLowerCase() as Lowercase<AnyOperation['method']>;
}
