import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { connectNats, TocsinError } from '@tocsin/platform';
import { applyOrganisation } from './apply-organisation.ts';

const USAGE = `usage: tocsin apply -f <organisation.yaml> [--dry-run] [--nats <url>]

  Makes the organisation what the file says. --dry-run says what would change, and changes nothing.
  NATS_URL is used where --nats is absent; nats://127.0.0.1:4222 where both are.`;

async function main(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      file: { type: 'string', short: 'f' },
      'dry-run': { type: 'boolean', default: false },
      nats: { type: 'string', default: process.env.NATS_URL ?? 'nats://127.0.0.1:4222' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) return say(USAGE, 0);
  if (positionals[0] !== 'apply' || positionals.length !== 1 || !values.file) return say(USAGE, 2);
  const fileName = values.file;
  const yamlText = await readFile(fileName, 'utf8').catch(() => null);
  if (yamlText === null) return say(`tocsin: ${fileName} cannot be read`, 1);
  const nc = await connectNats(values.nats, 'cli');
  try {
    const dryRun = values['dry-run'];
    const { changes } = await applyOrganisation({ nc, yamlText, fileName, dryRun });
    if (changes.length === 0) return say('nothing to change', 0);
    return say(
      [...changes, dryRun ? 'nothing was changed: this was a dry run' : `${changes.length} changes made`].join('\n'),
      0,
    );
  } finally {
    await nc.close();
  }
}

function say(text: string, code: number): number {
  (code === 0 ? console.log : console.error)(text);
  return code;
}

process.exitCode = await main(process.argv.slice(2)).catch((error: unknown) => {
  if (error instanceof TocsinError || error instanceof TypeError)
    return say(error instanceof TocsinError ? error.message : `tocsin: ${error.message}\n${USAGE}`, 1);
  throw error;
});
