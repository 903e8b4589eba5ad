import type { Visit } from './visits.ts';

/** The live feed as a program follows it: what the console cannot be quicker than. */
export interface Feed {
  /** When the next fact about an incident comes, in milliseconds since the epoch. */
  next(): Promise<number>;
  close(): void;
}

export async function followFeed({ page, url }: Visit): Promise<Feed> {
  const cookies = await page.context().cookies();
  const end = new AbortController();
  const { body, ok } = await fetch(`${url}/api/v1/live`, {
    headers: { cookie: cookies.map(({ name, value }) => `${name}=${value}`).join('; ') },
    signal: end.signal,
  });
  if (!body || !ok) throw new Error('the live feed does not open');
  let tell: (at: number) => void = () => undefined;
  const follow = async () => {
    for await (const chunk of body.pipeThrough(new TextDecoderStream())) {
      if (/^event: incident$/m.test(chunk)) tell(Date.now());
    }
  };
  follow().catch(() => undefined);
  return {
    next: () => new Promise((resolve) => (tell = resolve)),
    close: () => end.abort(),
  };
}
