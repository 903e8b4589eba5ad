import type { IncomingHttpHeaders } from 'node:http';
import { type Behaviours, createBehaviours, listen } from '../../../deploy/local/src/chat/index.ts';

export interface Received {
  headers: IncomingHttpHeaders;
  body: string;
  path: string;
}

/** Somebody's endpoint on loopback, that takes only what `accepts` finds right. */
export interface Endpoint extends Behaviours {
  readonly url: string;
  /** What it took, in order. */
  readonly received: readonly Received[];
  readonly asked: number;
  problems: string[];
  stop(): Promise<void>;
}

/** `accepts` answers what is wrong with a request, or null; `says` is what is answered where nothing is. */
export async function startEndpoint(
  accepts: (request: Received) => string | null,
  says: { status: number; body: string },
): Promise<Endpoint> {
  const received: Received[] = [];
  const problems: string[] = [];
  const behaviours = createBehaviours();
  let asked = 0;
  const server = await listen(0, problems, (req, res, body) => {
    asked += 1;
    const request = { headers: req.headers, body, path: req.url ?? '' };
    behaviours.meet(req, res, () => {
      const problem = req.method === 'POST' ? accepts(request) : `a ${req.method}`;
      if (problem !== null) {
        problems.push(problem);
        return { status: 400, body: problem };
      }
      received.push(request);
      return says;
    });
  });
  return {
    ...behaviours,
    url: server.url,
    received,
    problems,
    get asked() {
      return asked;
    },
    stop: server.stop,
  };
}
