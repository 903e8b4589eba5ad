/** What a source is called, and what its sender needs to know. */
export function sourceWords(source: string): { name: string; description: string } {
  return SOURCES[source] ?? { name: source, description: 'Posts to an address of its own, with its key.' };
}

const SOURCES: Record<string, { name: string; description: string }> = {
  generic: {
    name: 'Anything that can post',
    description: 'JSON, lines of JSON, a form or plain text over HTTP: a SIEM, a monitor, a script.',
  },
};

export interface Snippet {
  name: string;
  text: string;
  /** What one should know before pasting it. */
  hint: string;
}

/** Ready-made ways to send, for one address and key. */
export function snippetsFor(postTo: string, key: string): Snippet[] {
  const post = (...lines: string[]) =>
    [`curl -H 'Authorization: Bearer ${key}' \\`, ...lines.map((line) => `  ${line} \\`), `  ${postTo}`].join('\n');
  const json = (fields: object) => [`-H 'Content-Type: application/json'`, `-d '${JSON.stringify(fields)}'`];
  return [
    {
      name: 'curl',
      text: post(...json({ id: 'db-17', title: 'db-17 unreachable', severity: 'critical' })),
      hint: 'The same id again is the same thing, and pages nobody twice.',
    },
    {
      name: 'Resolve',
      text: post(...json({ id: 'db-17', status: 'resolved' })),
      hint: 'With the id that it fired with. While nobody has answered, it ends the incident.',
    },
    {
      name: 'Text',
      text: post(`-H 'Content-Type: text/plain'`, `--data-binary 'Disk full on db-17'`),
      hint: 'The first line is the title. Without an id each one is a thing by itself, of severity high.',
    },
    {
      name: 'Address alone',
      text: `${postTo}/${key}`,
      hint: 'For a sender that can be given nothing but an address. The key is in it: keep it as one.',
    },
  ];
}

/** Fields by their usual names: the first that says something wins. */
export const FIELDS: readonly { names: string; what: string }[] = [
  { names: 'id, dedup_key, fingerprint', what: 'The sender’s own identifier: what makes a repeat the same thing.' },
  { names: 'title, summary, message', what: 'What a woken person reads first.' },
  {
    names: 'severity, priority',
    what: 'critical, high, medium, low or info; P1 to P5, error, warning and others are known.',
  },
  { names: 'status, action', what: 'firing or resolved; also acknowledge and update.' },
  { names: 'group_key', what: 'What belongs into one incident.' },
  { names: 'host, user, service, entities', what: 'What it is about.' },
  { names: 'link, url', what: 'Where there is more.' },
  { names: 'timestamp', what: 'The sender’s clock.' },
];
