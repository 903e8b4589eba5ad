/** One server-sent event. */
export interface ServerEvent {
  id: string;
  name: string;
  data: string;
}

/** The events of a stream (HTML Living Standard, 9.2.6): `id` stays that of the last event that had one. Comments and `retry` say nothing here. */
export async function* eventsIn(stream: ReadableStream<Uint8Array>): AsyncIterable<ServerEvent> {
  let text = '';
  let id = '';
  for await (const chunk of stream.pipeThrough(new TextDecoderStream())) {
    text += chunk;
    const frames = text.split('\n\n');
    text = frames.pop() ?? '';
    for (const frame of frames) {
      const fields = frame.split('\n').map(fieldIn);
      id = fields.findLast(([name]) => name === 'id')?.[1] ?? id;
      const data = fields.filter(([name]) => name === 'data').map(([, value]) => value);
      const name = fields.findLast(([field]) => field === 'event')?.[1] ?? 'message';
      yield { id, name, data: data.join('\n') };
    }
  }
}

function fieldIn(line: string): [name: string, value: string] {
  const colon = line.indexOf(':');
  if (colon < 0) return [line, ''];
  return [line.slice(0, colon), line.slice(colon + 1).replace(/^ /, '')];
}
