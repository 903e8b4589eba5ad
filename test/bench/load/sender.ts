import { connect, type Socket } from 'node:net';

/** Posts bodies over connections that stay open, one request at a time on each: how a busy sender does. */
export interface Sender {
  /** Resolves with the status of the answer. Rejects where the connection breaks. */
  post(body: string): Promise<number>;
  close(): void;
}

interface Waiting {
  body: string;
  resolve(status: number): void;
  reject(error: Error): void;
}

/** Written on the socket itself: a client library would take more of the machine than what it is to measure. */
export function createSender(url: string, connections: number): Sender {
  const { hostname, port, pathname } = new URL(url);
  const head = `POST ${pathname} HTTP/1.1\r\nhost: ${hostname}:${port}\r\ncontent-type: application/json\r\ncontent-length: `;
  const waiting: Waiting[] = [];
  const idle: Lane[] = [];
  const sockets = new Set<Socket>();

  interface Lane {
    take(one: Waiting): void;
  }

  function open(): Lane {
    const socket = connect({ host: hostname, port: Number(port), noDelay: true });
    sockets.add(socket);
    let current: Waiting | undefined;
    let heard = '';
    const lane: Lane = {
      take(one) {
        current = one;
        socket.write(`${head}${Buffer.byteLength(one.body)}\r\n\r\n${one.body}`);
      },
    };
    socket.setEncoding('latin1');
    socket.on('data', (chunk: string) => {
      heard += chunk;
      const answer = wholeAnswer(heard);
      if (!answer) return;
      heard = heard.slice(answer.length);
      const done = current;
      current = undefined;
      const next = waiting.shift();
      if (next) lane.take(next);
      else idle.push(lane);
      done?.resolve(answer.status);
    });
    const broken = (error?: Error) => {
      sockets.delete(socket);
      current?.reject(error ?? new Error('the connection was closed'));
      current = undefined;
    };
    socket.on('error', broken);
    socket.on('close', () => broken());
    return lane;
  }

  return {
    post: (body) =>
      new Promise((resolve, reject) => {
        const one = { body, resolve, reject };
        const lane = idle.pop() ?? (sockets.size < connections ? open() : undefined);
        if (lane) lane.take(one);
        else waiting.push(one);
      }),
    close() {
      for (const socket of sockets) socket.destroy();
    },
  };
}

/** Status and length of the first answer in what was heard; undefined while it is not whole. */
function wholeAnswer(heard: string): { status: number; length: number } | undefined {
  const end = heard.indexOf('\r\n\r\n');
  if (end < 0) return undefined;
  const body = Number(/\r\ncontent-length: *(\d+)/i.exec(heard.slice(0, end))?.[1] ?? 0);
  const length = end + 4 + body;
  return heard.length < length ? undefined : { status: Number(heard.slice(9, 12)), length };
}
