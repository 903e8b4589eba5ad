import { createGateway } from '../api/gateway.ts';
import type { Incident, Page } from '../api/types.ts';

/** Somebody waits with a finger on the key. */
const WITHIN_MS = 1_000;
const NUMBER = /^INC-\d+$/;

/** Numbers of open incidents, newest first. None where there is no key, or no answer in time: nobody wants an error there. */
export async function openIncidents(env: NodeJS.ProcessEnv): Promise<string[]> {
  const { TOCSIN_API_KEY: key, TOCSIN_URL: url = 'http://127.0.0.1:8000' } = env;
  if (!key) return [];
  try {
    const gateway = createGateway({ url, key, withinMs: WITHIN_MS });
    const { items } = await gateway.get<Page<Incident>>('/incidents', { status: 'open,acknowledged', limit: '50' });
    // What a shell is given is a number and nothing else, whoever answered.
    return items.map(({ number }) => number).filter((number) => NUMBER.test(number));
  } catch {
    return [];
  }
}
