import type { z } from 'zod';
import type { CookieName } from '../auth/cookies.ts';
import type { Principal } from '../auth/principal.ts';
import type { Role } from '../auth/roles.ts';
import type { Deps } from '../deps.ts';
import type { AuditTrail } from './audit-trail.ts';

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** One way in which an operation answers when all is well; what goes wrong is a problem, for every operation alike. */
export interface ResponseSpec {
  description: string;
  /** Of a JSON body; absent: no body, or another content type. */
  body?: z.ZodType;
  /** Of a body that is not JSON, which is then a stream of text. */
  contentType?: string;
  /** Of the same said in another form than JSON, for who prefers it: a stream of text as well. */
  alternative?: string;
  /** Headers beside the ones that every answer has, with what each says. */
  headers?: Readonly<Record<string, string>>;
}

export type Responses = Readonly<Record<number, ResponseSpec>>;

type BodyOf<S extends ResponseSpec> = S extends { contentType: string }
  ? { body: AsyncIterable<string> }
  : S extends { body: infer B extends z.ZodType }
    ? S extends { alternative: string }
      ? { body: z.input<B>; text?: undefined } | { body?: undefined; text: AsyncIterable<string> }
      : { body: z.input<B> }
    : { body?: undefined };

export interface SetCookie {
  name: CookieName;
  /** Absent: the browser forgets the cookie. */
  value?: string;
  /** Absent: until the browser is closed. */
  maxAgeSeconds?: number;
}

/** What a handler answers: one of the declared responses. */
export type Result<R extends Responses> = {
  [Status in keyof R & number]: {
    status: Status;
    headers?: Readonly<Record<string, string>>;
    cookies?: SetCookie[];
    /** Nothing was different afterwards, so that there is nothing to audit. */
    changed?: false;
  } & BodyOf<R[Status]>;
}[keyof R & number];

/** A result whose types are forgotten. */
export interface AnyResult {
  status: number;
  headers?: Readonly<Record<string, string>>;
  cookies?: SetCookie[];
  changed?: false;
  body?: unknown;
  /** Instead of a body, in the alternative form. */
  text?: AsyncIterable<string> | undefined;
}

/** How the request came. */
export interface Caller {
  /** The client's address, or its network where it has one to itself (IPv6). */
  network: string;
  userAgent: string;
  cookies: Readonly<Partial<Record<CookieName, string>>>;
  /** The whole address that was asked for, as browsers see it. */
  url: URL;
  ifMatch: string | undefined;
  /** Of the types that the operation answers with, the one that the request would rather have. */
  prefers: string;
  /** Of a stream of events that comes back. */
  lastEventId: string | undefined;
  /** The same for a request that comes again with its `Idempotency-Key`: what is asked of another service carries it as its key. */
  requestKey: string;
}

type Parsed<S extends z.ZodType | undefined> = S extends z.ZodType ? z.output<S> : undefined;

export interface Call<
  A extends Access = Access,
  P extends z.ZodType | undefined = z.ZodType | undefined,
  Q extends z.ZodType | undefined = z.ZodType | undefined,
  B extends z.ZodType | undefined = z.ZodType | undefined,
> {
  principal: A extends 'public' ? undefined : Principal;
  params: Parsed<P>;
  query: Parsed<Q>;
  body: Parsed<B>;
  caller: Caller;
  audit: AuditTrail;
}

/** `public`: whoever comes; otherwise the least role that may. */
export type Access = Role | 'public';

/** One thing that the API can do. A list of these is the API: its router, its document, and who may do what. */
export interface Operation<
  A extends Access = Access,
  P extends z.ZodType | undefined = z.ZodType | undefined,
  Q extends z.ZodType | undefined = z.ZodType | undefined,
  B extends z.ZodType | undefined = z.ZodType | undefined,
  R extends Responses = Responses,
> {
  /** `<area>.<verb>`, such as `users.invite`. */
  id: string;
  method: Method;
  /** Below the base path, with parameters in braces: `/users/{userId}`. */
  path: string;
  /** One line, for the document. */
  summary: string;
  description?: string;
  role: A;
  /** Only somebody who is signed in, no key: what is about a person's own credentials. */
  sessionOnly?: true;
  /** Browsers of a whole office ask for it at once, from one network: counted apart from other strangers, and more of them. */
  fromCrowds?: true;
  /** The session has proved within 15 minutes who it is: what could lock its owner out. */
  fresh?: true;
  /** Absent: whatever is not a GET changes something. A change has to write to the audit; a read-only key cannot ask for it. */
  effect?: 'read' | 'change';
  /** Whoever edits says which version they saw, by `If-Match`. */
  ifMatch?: 'required';
  /** The most that a body may have; 256 KiB where absent. */
  bodyLimitBytes?: number;
  params?: P;
  query?: Q;
  body?: B;
  responses: R;
  handle(call: Call<A, P, Q, B>, deps: Deps): Promise<Result<NoInfer<R>>>;
}

/** An operation whose types are forgotten: what the router and the document work on. */
export type AnyOperation = Omit<Operation, 'handle'> & {
  handle(call: never, deps: Deps): Promise<AnyResult>;
};

export function defineOperation<
  A extends Access,
  const R extends Responses,
  P extends z.ZodType | undefined = undefined,
  Q extends z.ZodType | undefined = undefined,
  B extends z.ZodType | undefined = undefined,
>(operation: Operation<A, P, Q, B, R>): Operation<A, P, Q, B, R> {
  return operation;
}

export function effectOf({ effect, method }: Pick<AnyOperation, 'effect' | 'method'>): 'read' | 'change' {
  return effect ?? (method === 'GET' ? 'read' : 'change');
}
