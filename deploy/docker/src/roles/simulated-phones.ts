const ASK_WITHIN_MS = 5_000;
/** The wall writes all phones at once when somebody comes to look; then it falls silent until one changes. */
const SILENT_AFTER_MS = 500;

interface PhoneView {
  number: string;
  messages: { mine: boolean; body: string }[];
}

/** A text message that asks for an answer. */
export interface PageText {
  number: string;
  /** What an answer begins with. */
  code: string;
}

export interface SimulatedPhones {
  /** The text that pages somebody for this incident; undefined while there is none. */
  pageOf(incidentNumber: string): Promise<PageText | undefined>;
  accept(page: PageText): Promise<void>;
}

/** The phones of the carrier simulator, as whoever sits before its wall uses them. */
export function createSimulatedPhones(url: string): SimulatedPhones {
  const { origin } = new URL(url);
  return {
    async pageOf(incidentNumber) {
      const page = new RegExp(`PAGE ([A-Z0-9]{4}) \\w+ ${incidentNumber}\\b`);
      for (const { number, messages } of await phones(origin)) {
        const code = messages.map(({ mine, body }) => (mine ? null : page.exec(body)?.[1])).findLast(Boolean);
        if (code) return { number, code };
      }
      return undefined;
    },
    async accept({ number, code }) {
      const response = await fetch(`${origin}/wall/phones/${encodeURIComponent(number)}/reply`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', origin },
        body: JSON.stringify({ text: `${code}1` }),
        signal: AbortSignal.timeout(ASK_WITHIN_MS),
      });
      if (!response.ok) throw new Error(`the simulated phone answered ${response.status}: ${await response.text()}`);
    },
  };
}

async function phones(origin: string): Promise<PhoneView[]> {
  const leaving = new AbortController();
  const late = setTimeout(() => leaving.abort(), ASK_WITHIN_MS);
  let silent: NodeJS.Timeout | undefined;
  let text = '';
  try {
    const response = await fetch(`${origin}/wall/events`, { signal: leaving.signal });
    if (!response.ok || !response.body) throw new Error(`the simulator answered ${response.status}`);
    for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
      text += chunk;
      clearTimeout(silent);
      silent = setTimeout(() => leaving.abort(), SILENT_AFTER_MS);
    }
  } catch (error) {
    if (!leaving.signal.aborted) throw error;
  } finally {
    clearTimeout(late);
    clearTimeout(silent);
  }
  return [...text.matchAll(/^event: phone\ndata: (.*)$/gm)].map(([, data]) => JSON.parse(data ?? '') as PhoneView);
}
