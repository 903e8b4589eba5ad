/** What went wrong, as the API says it (RFC 9457), or what kept us from asking it. */
export class Problem extends Error {
  readonly status: number;
  readonly code: string;
  readonly field: string | undefined;

  constructor(status: number, code: string, detail: string, field?: string) {
    super(detail);
    this.name = 'Problem';
    this.status = status;
    this.code = code;
    this.field = field;
  }
}

/** Reads a refusal; one that is no problem document came from something between us and the gateway. */
export async function problemOf(response: Response): Promise<Problem> {
  const body: unknown = await response.json().catch(() => undefined);
  if (!isRecord(body)) return new Problem(response.status, 'unreadable', `the server answered ${response.status}`);
  const text = (field: string) => (typeof body[field] === 'string' ? body[field] : undefined);
  const detail = text('detail') ?? text('title') ?? `the server answered ${response.status}`;
  return new Problem(response.status, text('code') ?? 'unknown', detail, text('field'));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
