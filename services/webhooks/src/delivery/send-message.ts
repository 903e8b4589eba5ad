import { type Post, PostFailed, type PostFailure, signedHeaders } from '@tocsin/platform';

/** What came of an attempt. */
export interface Attempted {
  taken: boolean;
  /** Null: there was no answer. */
  status: number | null;
  latencyMs: number;
  reason: 'taken' | 'refused' | 'redirected' | 'gone' | 'cut-by-a-stop' | PostFailure;
  /** How long its receiver asked to be left alone. */
  retryAfterMs: number | undefined;
}

interface Wish {
  url: string;
  secrets: readonly string[];
  message: { id: string; body: string };
  timeoutMs: number;
  /** Ends the attempt, whatever came of it. */
  cut: AbortSignal;
}

/** One attempt, signed now. A receiver has a message when it answers with 2xx; any other answer is a refusal, also one that points elsewhere. */
export async function sendMessage(post: Post, { url, secrets, message, timeoutMs, cut }: Wish): Promise<Attempted> {
  const startedAt = Date.now();
  const headers = {
    'content-type': 'application/json',
    'user-agent': 'Tocsin-Webhooks/1',
    ...signedHeaders(secrets, { id: message.id, at: startedAt, body: message.body }),
  };
  const signal = AbortSignal.any([AbortSignal.timeout(timeoutMs), cut]);
  const ended = (rest: Pick<Attempted, 'status' | 'reason'>, retryAfterMs?: number): Attempted => ({
    taken: rest.reason === 'taken',
    latencyMs: Date.now() - startedAt,
    retryAfterMs,
    ...rest,
  });
  try {
    const { status, retryAfterMs } = await post(url, { headers, body: message.body, signal });
    return ended({ status, reason: reasonOf(status) }, retryAfterMs);
  } catch (error) {
    if (!(error instanceof PostFailed)) throw error;
    return ended({ status: null, reason: cut.aborted ? 'cut-by-a-stop' : error.reason });
  }
}

function reasonOf(status: number): Attempted['reason'] {
  if (status >= 200 && status <= 299) return 'taken';
  if (status >= 300 && status <= 399) return 'redirected';
  return status === 410 ? 'gone' : 'refused';
}
