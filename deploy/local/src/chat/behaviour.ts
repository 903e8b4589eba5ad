import type { IncomingMessage, ServerResponse } from 'node:http';

/** How a chat service meets a request. */
export type ChatBehaviour =
  | { do: 'refuse'; status: number; retryAfterSeconds?: number }
  /** An answer of 200 that says this error, as Slack does. */
  | { do: 'error'; error: string }
  /** Takes the connection and never answers. */
  | { do: 'hang' }
  /** Ends the connection, and nothing was done. */
  | { do: 'drop' }
  /** Carries it out, and the answer is lost. */
  | { do: 'take-then-drop' }
  | { do: 'take-then-hang' }
  | { do: 'take-slowly'; ms: number }
  | { do: 'garble' }
  /** Sends whoever asks elsewhere. */
  | { do: 'redirect'; to: string };

/** What comes next, or for as long as nobody mends it. */
export interface Behaviours {
  next(...behaviours: ChatBehaviour[]): void;
  /** For every request from now on; resolves nothing, returns what mends it. */
  fault(behaviour: ChatBehaviour): () => void;
  /** Meets a request: `take` carries it out, and returns what to answer. */
  meet(req: IncomingMessage, res: ServerResponse, take: () => { status: number; body: string }): void;
}

export function createBehaviours(): Behaviours {
  const once: ChatBehaviour[] = [];
  let lasting: ChatBehaviour | undefined;

  return {
    next: (...behaviours) => void once.push(...behaviours),
    fault(behaviour) {
      lasting = behaviour;
      return () => {
        lasting = undefined;
      };
    },
    meet(req, res, take) {
      const behaviour = once.shift() ?? lasting;
      switch (behaviour?.do) {
        case 'refuse': {
          const { status, retryAfterSeconds } = behaviour;
          res.writeHead(status, retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) });
          return void res.end('refused');
        }
        case 'error':
          return send(res, 200, JSON.stringify({ ok: false, error: behaviour.error }));
        case 'hang':
          return;
        case 'drop':
          return void req.socket.destroy();
        case 'take-then-drop':
          take();
          return void req.socket.destroy();
        case 'take-then-hang':
          return void take();
        case 'take-slowly':
          setTimeout(() => {
            const { status, body } = take();
            send(res, status, body);
          }, behaviour.ms);
          return;
        case 'garble':
          return send(res, 200, '<html>');
        case 'redirect':
          return void res.writeHead(307, { location: behaviour.to }).end();
        case undefined: {
          const { status, body } = take();
          return send(res, status, body);
        }
        default:
          return behaviour satisfies never;
      }
    },
  };
}

function send(res: ServerResponse, status: number, body: string): void {
  res.writeHead(status, { 'content-type': 'application/json; charset=utf-8' }).end(body);
}
