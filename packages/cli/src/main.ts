import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline/promises';
import { parseArgs } from 'node:util';
import { connectNats, type NatsConnection, TocsinError } from '@tocsin/platform';
import { applyOrganisation } from './apply-organisation.ts';
import { linesOfFile, linesOfGateway } from './audit-lines.ts';
import { commands } from './commands/list.ts';
import { runCommand } from './commands/run-command.ts';
import { completion } from './completion/completion.ts';
import { parseOrganisation } from './parse-organisation.ts';
import { parseHead, verifyAudit } from './verify-audit.ts';

const OWN_USAGE = `usage: tocsin apply -f <organisation.yaml> [--dry-run] [--yes] [--nats <url>]
       tocsin audit verify [-f <export.ndjson>] [--url <url>] [--head <position>:<hash>]
       tocsin completion bash|zsh|fish

apply: makes the organisation what the file says; what the file leaves out is deleted.
  --dry-run says what would change, and changes nothing.
  --yes     deletes without asking.
  --nats    where Tocsin is; NATS_URL where absent, nats://127.0.0.1:4222 where both are.

audit verify: checks that the audit log is whole, and says the first entry that does not follow.
  -f        an export; absent, the log is fetched with the API key in TOCSIN_API_KEY.
  --url     where the gateway is; TOCSIN_URL where absent, http://127.0.0.1:8000 where both are.
  --head    what an earlier verification printed: tells a log that was cut off or written anew.

completion: prints what completes all of this in a shell; with --help, where to put it.`;

const USAGE = `usage: tocsin <command>, of which those over the API need a key in TOCSIN_API_KEY

${commands.map(({ name, needs, help }) => `  ${[name, ...needs].join(' ').padEnd(22)}${help}`).join('\n')}

  \`tocsin <command> --help\` says what each takes.

${OWN_USAGE}`;

interface Asked {
  fileName: string;
  dryRun: boolean;
  yes: boolean;
  natsUrl: string;
}

async function main(args: string[]): Promise<number> {
  const command = commands.find(({ name }) => name === args[0]);
  if (command) return runCommand(command, args.slice(1), process.env);
  if (args[0] === 'completion') return completion(args.slice(1), process.env);
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      file: { type: 'string', short: 'f' },
      'dry-run': { type: 'boolean', default: false },
      yes: { type: 'boolean', short: 'y', default: false },
      nats: { type: 'string', default: process.env.NATS_URL ?? 'nats://127.0.0.1:4222' },
      url: { type: 'string', default: process.env.TOCSIN_URL ?? 'http://127.0.0.1:8000' },
      head: { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) return say(USAGE, 0);
  if (positionals.join(' ') === 'audit verify') return verify(values);
  if (positionals[0] !== 'apply') return say(USAGE, 2);
  if (positionals.length !== 1 || !values.file) return say(OWN_USAGE, 2);
  return apply({ fileName: values.file, dryRun: values['dry-run'], yes: values.yes, natsUrl: values.nats });
}

async function apply(asked: Asked): Promise<number> {
  const yamlText = await readFile(asked.fileName, 'utf8').catch(() => null);
  if (yamlText === null) return say(`tocsin: ${asked.fileName} cannot be read`, 1);
  // What is wrong with the file is said without a connection.
  parseOrganisation(yamlText, asked.fileName);
  const nc = await connectNats(asked.natsUrl, 'cli');
  try {
    return await planAndApply(nc, yamlText, asked);
  } finally {
    await nc.close();
  }
}

async function verify(asked: { file?: string; url: string; head?: string }): Promise<number> {
  const known = asked.head === undefined ? undefined : parseHead(asked.head);
  const lines = asked.file ? linesOfFile(asked.file) : linesOfGateway(asked.url, process.env.TOCSIN_API_KEY);
  const verdict = await verifyAudit(lines, known);
  if (!verdict.whole) return say(`broken at position ${verdict.position}: ${verdict.because}`, 1);
  const { entries, head } = verdict;
  return say(head ? `${entries} entries, whole; the head is ${head.position}:${head.hash}` : 'no entries', 0);
}

async function planAndApply(nc: NatsConnection, yamlText: string, { fileName, dryRun, yes }: Asked): Promise<number> {
  const plan = await applyOrganisation({ nc, yamlText, fileName, dryRun: true });
  if (plan.changes.length === 0) return say('nothing to change', 0);
  say(plan.changes.join('\n'), 0);
  if (dryRun) return say('nothing was changed: this was a dry run', 0);
  const deleted = plan.changes.filter((change) => change.startsWith('delete '));
  if (deleted.length > 0 && !yes && !(await confirm(`delete ${deleted.length}? [y/N] `)))
    return say('nothing was changed: what is deleted cannot be brought back; --yes deletes without asking', 1);
  const { changes } = await applyOrganisation({ nc, yamlText, fileName, dryRun: false });
  return say(`${changes.length} ${changes.length === 1 ? 'change' : 'changes'} made`, 0);
}

/** No where nobody can be asked. */
async function confirm(question: string): Promise<boolean> {
  if (!process.stdin.isTTY) return false;
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  const answer = await terminal.question(question);
  terminal.close();
  return /^y(es)?$/i.test(answer.trim());
}

function say(text: string, code: number): number {
  (code === 0 ? console.log : console.error)(text);
  return code;
}

process.exitCode = await main(process.argv.slice(2)).catch((error: unknown) => {
  if (error instanceof TocsinError) return say(error.message, 1);
  // parseArgs refuses options that it does not know.
  if (error instanceof TypeError && 'code' in error) return say(`tocsin: ${error.message}\n${OWN_USAGE}`, 2);
  throw error;
});
