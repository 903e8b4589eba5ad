import type { MsgHdrs } from '@nats-io/nats-core';
import { toTocsinError } from '../errors/classify.ts';
import { classOf, errorOfClass, type TocsinError } from '../errors/errors.ts';
import { errorHeader } from './headers.ts';

/** An error as a reply's header: JSON, so that no message can break a header's line. */
export function setReplyError(headers: MsgHdrs, thrown: unknown): void {
  const error = toTocsinError(thrown);
  headers.set(
    errorHeader,
    JSON.stringify({
      class: classOf(error),
      code: error.code,
      message: error.message.slice(0, 1_000),
      field: error.field,
      retryAfterMs: error.retryAfterMs,
    }),
  );
}

export function replyError(headers: MsgHdrs | undefined): TocsinError | undefined {
  const text = headers?.get(errorHeader);
  if (!text) return undefined;
  const said = JSON.parse(text) as {
    class: string;
    code: string;
    message: string;
    field?: string;
    retryAfterMs?: number;
  };
  return errorOfClass(said.class, said.message, said);
}
