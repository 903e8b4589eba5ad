import { expect, test } from '@jest/globals';
import { parseSetCookie } from 'cookie';
import { operations } from '../src/api/operations.ts';
import { areaOf, createDocument } from '../src/openapi/document.ts';
import type { AnyOperation } from '../src/operations/operation.ts';
import { createContract } from './contract.ts';

/** A browser's cookies, or a key. */
export interface Visitor {
  readonly cookies: Map<string, string>;
  readonly key: string | undefined;
}

export interface Asked {
  as?: Visitor;
  params?: Record<string, string>;
  query?: Record<string, string | number>;
  body?: unknown;
  headers?: Record<string, string>;
}

export interface Answer {
  status: number;
  headers: Headers;
  /** Parsed where it is JSON. */
  body: unknown;
}

/** The API as its document says it is: an answer that the document does not describe fails the test. */
export interface Api {
  visitor(key?: string): Visitor;
  /** Asks for an operation that goes well. */
  call(id: string, asked?: Asked): Promise<Answer>;
  /** Asks for an operation, and resolves with whatever the answer is. */
  ask(id: string, asked?: Asked): Promise<Answer>;
}

const document = createDocument(operations, { baseUrl: new URL('http://127.0.0.1/api/v1') });
const contract = createContract(document);
const exercised = new Set<string>();

export function operationOf(id: string): AnyOperation {
  const operation = operations.find((one) => one.id === id);
  if (!operation) throw new Error(`there is no operation ${id}`);
  return operation;
}

export function createApi(url: string): Api {
  async function ask(id: string, { as, params = {}, query = {}, body, headers = {} }: Asked = {}): Promise<Answer> {
    const { method, path } = operationOf(id);
    const filled = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(params[name] ?? ''));
    const search = new URLSearchParams(
      Object.entries(query).map(([name, value]): [string, string] => [name, String(value)]),
    );
    const response = await fetch(`${url}/api/v1${filled}${search.size > 0 ? `?${search}` : ''}`, {
      method,
      redirect: 'manual',
      headers: {
        ...credentialsOf(as, url),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const answer = await readAnswer(response);
    if (as) keepCookies(as, response.headers);
    contract.checkAnswer(id, answer);
    if (answer.status < 400) {
      contract.checkRequest(id, body);
      exercised.add(id);
    }
    return answer;
  }

  return {
    visitor: (key) => ({ cookies: new Map(), key }),
    ask,
    async call(id, asked) {
      const answer = await ask(id, asked);
      if (answer.status >= 400) throw new Error(`${id} answered ${answer.status}: ${JSON.stringify(answer.body)}`);
      return answer;
    },
  };
}

/** As a browser on the console's own page sends it, or as a program with a key. */
function credentialsOf(as: Visitor | undefined, url: string): Record<string, string> {
  if (!as) return {};
  if (as.key !== undefined) return { authorization: `Bearer ${as.key}` };
  const cookie = [...as.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  return { origin: url, ...(cookie ? { cookie } : {}) };
}

async function readAnswer(response: Response): Promise<Answer> {
  const isStream = response.headers.get('content-type')?.startsWith('text/event-stream') ?? false;
  const text = isStream ? await firstOf(response) : await response.text();
  const isJson = /^application\/(problem\+)?json/.test(response.headers.get('content-type') ?? '');
  return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text };
}

/** What a stream without an end says first. */
async function firstOf({ body }: Response): Promise<string> {
  const reader = body!.getReader();
  const { value } = await reader.read();
  await reader.cancel();
  return new TextDecoder().decode(value);
}

export function keepCookies(visitor: Visitor, headers: Headers): void {
  for (const line of headers.getSetCookie()) {
    const { name, value = '', maxAge } = parseSetCookie(line);
    if (maxAge === 0) visitor.cookies.delete(name);
    else visitor.cookies.set(name, value);
  }
}

/** At the end of an area's tests: all of its operations have answered well in this file, as the document says. */
export function expectExercised(area: string): void {
  test(`every operation of ${area} was exercised`, () => {
    const expected = operations.filter((operation) => areaOf(operation) === area).map(({ id }) => id);
    expect(expected.length).toBeGreaterThan(0);
    expect(expected.filter((id) => !exercised.has(id))).toEqual([]);
  });
}
