/** Instant in ms since the epoch after which nobody waits for the reply. */
export const deadlineHeader = 'Tocsin-Deadline';
/** The caller's idempotency key. */
export const keyHeader = 'Tocsin-Key';
export const errorHeader = 'Tocsin-Error';
/** W3C trace context. */
export const traceHeader = 'traceparent';
