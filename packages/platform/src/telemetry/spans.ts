import { currentTrace, currentTraceparent, nextTrace, parseTraceparent, runInTrace, type Trace } from './trace.ts';

export type SpanAttributes = Record<string, string | number | boolean>;

/** What a span is of, and nothing of whom: names and values are from lists, or opaque ids. */
export interface SpanSpec {
  /** The service whose span it is. */
  scope: string;
  name: string;
  kind: 'server' | 'client' | 'producer' | 'consumer' | 'internal';
  attributes?: SpanAttributes;
}

/** A step that has begun. Where nothing is recorded it is a place in a trace and no more. */
export interface Span {
  readonly trace: Trace;
  rename(name: string): void;
  set(attributes: SpanAttributes): void;
  /** It did not do what it was to do; `type` is a class or a code, never a sentence. */
  fail(type: string): void;
  end(): void;
}

/** What makes spans of places in traces; there only while traces are sent somewhere. */
export interface Recorder {
  start(spec: SpanSpec, parent: Trace | undefined, links: readonly Trace[]): Span;
}

const MOST_LINKS = 32;
const nothing = () => {};

let recorder: Recorder | undefined;

/** Undefined: nothing is recorded any more. */
export function setRecorder(next: Recorder | undefined): void {
  recorder = next;
}

/** Begins a span of what came from outside, for whoever ends it: a child of the sender's, or the first of a trace. */
export function startSpan(traceparent: string | undefined, spec: SpanSpec, links: readonly string[] = []): Span {
  const parent = parseTraceparent(traceparent);
  if (!recorder) return { trace: nextTrace(parent), rename: nothing, set: nothing, fail: nothing, end: nothing };
  return recorder.start(spec, parent, parsed(links));
}

/** Work for somebody else: runs in a span of the sender's trace, or of a new one where `traceparent` is absent or makes no sense. */
export function enterSpan<T>(
  traceparent: string | undefined,
  spec: SpanSpec,
  work: () => T,
  links: readonly string[] = [],
): T {
  const parent = parseTraceparent(traceparent);
  if (!recorder) return runInTrace(nextTrace(parent), work);
  return runIn(recorder.start(spec, parent, parsed(links)), work);
}

/** A step of our own within the trace that we are in. Outside of any, or where nothing is recorded, it is the work alone. */
export function inSpan<T>(spec: SpanSpec, work: (span: Span | undefined) => T): T {
  if (!recorder) return work(undefined);
  const parent = currentTrace();
  if (!parent) return work(undefined);
  const span = recorder.start(spec, parent, []);
  return runIn(span, () => work(span));
}

/**
 * Goes on with a trace that was kept: what a person answers an hour later belongs to the alert that they answer. The trace that
 * brought it here is linked. Without one that was kept it is a step of the present.
 */
export function resumeSpan<T>(traceparent: string | undefined, spec: SpanSpec, work: () => T): T {
  if (traceparent === undefined) return inSpan(spec, work);
  const here = currentTraceparent();
  return enterSpan(traceparent, spec, work, here === undefined ? [] : [here]);
}

function parsed(traceparents: readonly string[]): Trace[] {
  return traceparents.slice(0, MOST_LINKS).flatMap((one) => parseTraceparent(one) ?? []);
}

function runIn<T>(span: Span, work: () => T): T {
  return runInTrace(span.trace, () => {
    try {
      const result = work();
      if (!(result instanceof Promise)) {
        span.end();
        return result;
      }
      result.then(
        () => span.end(),
        (error: unknown) => failed(span, error),
      );
      return result;
    } catch (error) {
      failed(span, error);
      throw error;
    }
  });
}

/** By its class or code: an error's words may repeat what it was about. */
export function failed(span: Span, error: unknown): void {
  const { code } = error as { code?: unknown };
  span.fail(typeof code === 'string' ? code : error instanceof Error ? error.name : 'unknown');
  span.end();
}
