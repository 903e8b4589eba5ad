export interface ErrorDetails {
  /** Catalogued and constant, in kebab-case: what programs compare. */
  code: string;
  /** The input's field that is wrong, such as `layers[0].targets`. */
  field?: string | undefined;
  /** When asking again may help; absent where it does not, or nobody knows. */
  retryAfterMs?: number | undefined;
  cause?: unknown;
}

/**
 * What a caller can react to. The class says what the caller can do, the code says what happened, the message is for humans
 * and crosses every boundary: it never holds personal data. A bug is a plain `Error`, and its message stays in our log.
 */
export class TocsinError extends Error {
  readonly code: string;
  readonly field?: string;
  readonly retryAfterMs?: number;

  constructor(message: string, details: ErrorDetails) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = details.code;
    if (details.field !== undefined) this.field = details.field;
    if (details.retryAfterMs !== undefined) this.retryAfterMs = details.retryAfterMs;
  }
}

/** The request is wrong, and stays wrong however often it is sent. */
export class InvalidInput extends TocsinError {
  override readonly name = 'InvalidInput';
}
export class NotFound extends TocsinError {
  override readonly name = 'NotFound';
}
/** The request is right and does not fit what is true now. */
export class Conflict extends TocsinError {
  override readonly name = 'Conflict';
}
export class Unauthenticated extends TocsinError {
  override readonly name = 'Unauthenticated';
}
export class Forbidden extends TocsinError {
  override readonly name = 'Forbidden';
}
export class RateLimited extends TocsinError {
  override readonly name = 'RateLimited';
}
/** Not now: the outcome of what was asked may be unknown, so only what is safe to repeat is asked again. */
export class Unavailable extends TocsinError {
  override readonly name = 'Unavailable';
}
/** A bug on the other side of a request: it says nothing of itself. */
export class Internal extends TocsinError {
  override readonly name = 'Internal';
}

const errorClasses = {
  InvalidInput,
  NotFound,
  Conflict,
  Unauthenticated,
  Forbidden,
  RateLimited,
  Unavailable,
  Internal,
} as const;

export type ErrorClass = keyof typeof errorClasses;

/** Makes again what the other side of a boundary threw. A class that we do not know yet (of a newer version) is `Internal`. */
export function errorOfClass(name: string, message: string, details: ErrorDetails): TocsinError {
  const known = Object.hasOwn(errorClasses, name) ? errorClasses[name as ErrorClass] : Internal;
  return new known(message, details);
}

export function classOf(error: TocsinError): ErrorClass {
  return Object.hasOwn(errorClasses, error.name) ? (error.name as ErrorClass) : 'Internal';
}
