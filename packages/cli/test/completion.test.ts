import { execFile, execFileSync } from 'node:child_process';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { commands } from '../src/commands/list.ts';
import { bashScript } from '../src/completion/bash.ts';
import { fishScript } from '../src/completion/fish.ts';
import { grammar } from '../src/completion/grammar.ts';
import { zshScript } from '../src/completion/zsh.ts';
import { ownCommands } from '../src/own-commands.ts';

const main = path.join(import.meta.dirname, '../src/main.ts');
const NAMES = grammar().map(({ name }) => name);

let folder: string;
let gateway: Server;
let hangs = false;
const asked: string[] = [];
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'tocsin-completion-'));
  await writeFile(path.join(folder, 'tocsin'), `#!/bin/sh\nexec '${process.execPath}' '${main}' "$@"\n`);
  await chmod(path.join(folder, 'tocsin'), 0o755);
  for (const [name, script] of [
    ['bash', bashScript],
    ['zsh', zshScript],
    ['fish', fishScript],
  ] as const) {
    await writeFile(path.join(folder, `tocsin.${name}`), script(grammar()));
  }
  await writeFile(path.join(folder, 'organisation.yaml'), '');
  gateway = createServer((req, res) => {
    asked.push(`${req.headers.authorization} ${req.url}`);
    if (hangs) return;
    const items = [{ number: 'INC-42' }, { number: 'INC-7' }, { number: 'INC-1; rm -rf /' }];
    res.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ items, nextCursor: null }));
  });
  await new Promise<void>((listening) => gateway.listen(0, '127.0.0.1', listening));
});
afterAll(async () => {
  gateway.closeAllConnections();
  await new Promise((closed) => gateway.close(closed));
  await rm(folder, { recursive: true, force: true });
});

const environment = (key = 'tocsin_key') => ({
  HOME: folder,
  TERM: 'dumb',
  PATH: `${folder}:${process.env.PATH}`,
  TOCSIN_API_KEY: key,
  TOCSIN_URL: `http://127.0.0.1:${(gateway.address() as AddressInfo).port}`,
});

async function run(program: string, args: string[], env: NodeJS.ProcessEnv = environment()): Promise<string> {
  const { stdout } = await promisify(execFile)(program, args, { env, cwd: folder, timeout: 30_000 });
  return stdout;
}

function has(shell: string): boolean {
  try {
    execFileSync(shell, ['-c', 'exit 0'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** What bash offers for the last of these words. */
async function bash(...words: string[]): Promise<string[]> {
  const line = `source ./tocsin.bash; COMP_WORDS=("$@"); COMP_CWORD=$(( $# - 1 )); _tocsin; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const out = await run('bash', ['--norc', '--noprofile', '-c', line, '-', 'tocsin', ...words]);
  return out.split('\n').filter((one) => one !== '');
}

async function fish(line: string): Promise<string[]> {
  const out = await run('fish', ['--no-config', '-c', `source ./tocsin.fish; complete -C '${line}'`]);
  return out
    .split('\n')
    .map((one) => one.split('\t')[0]!)
    .filter((one) => one !== '');
}

/** What zsh makes of a line that ends with a tab, typed at a real terminal. */
async function zsh(line: string, becomes: string): Promise<string> {
  const script = `zmodload zsh/zpty; zpty shell zsh -f -i
say() { zpty -w shell "$1"; }
hear() { local seen= part; for i in {1..200}; do while zpty -rt shell part; do seen+=$part; done; [[ $seen == *$1* ]] && break; sleep 0.05; done; print -rn -- $seen; }
say 'PS1="> "; unsetopt beep; autoload -U compinit; compinit -u -D; source ./tocsin.zsh; print loa""ded'
hear loaded >/dev/null
zpty -wn shell "$1"$'\\t'
hear "$2"`;
  return run('zsh', ['-f', '-c', script, '-', line, becomes]);
}

test('the grammar has every verb and option that there is', () => {
  expect(NAMES).toEqual([...commands.map(({ name }) => name), ...ownCommands.map(({ name }) => name)]);
  for (const { name, options } of commands) {
    const flags = grammar()
      .find((one) => one.name === name)!
      .flags.map(({ long }) => long);
    expect(flags).toEqual([...Object.keys(options), 'json', 'url']);
  }
});

test.each(ownCommands.map(({ name }) => name).filter((name) => name !== 'completion'))(
  'what is offered for %s is taken',
  async (name) => {
    const { words, options } = ownCommands.find((one) => one.name === name)!;
    const flags = Object.entries(options).flatMap(([long, { type, short }]) =>
      [`--${long}`, ...(short ? [`-${short}`] : [])].flatMap((flag) => [flag, ...(type === 'string' ? ['x'] : [])]),
    );
    expect(await run(process.execPath, [main, name, ...words, ...flags, '--help'])).toContain(`tocsin ${name}`);
  },
);

describe('tocsin completion', () => {
  test.each(['bash', 'zsh', 'fish'])('%s prints the script', async (shell) => {
    const script = await run(process.execPath, [main, 'completion', shell]);
    for (const name of NAMES) expect(script).toContain(name);
    for (const option of ['severity', 'dry-run', 'json', 'after']) expect(script).toContain(option);
  });

  test('of another shell is refused, with what there is', async () => {
    const failing = run(process.execPath, [main, 'completion', 'csh']);
    await expect(failing).rejects.toMatchObject({ code: 2, stderr: expect.stringContaining('bash|zsh|fish') });
    expect(await run(process.execPath, [main, 'completion', '--help'])).toContain('~/.zshrc');
  });

  test('gives numbers of open incidents and nothing else, and nothing without a key', async () => {
    expect(await run(process.execPath, [main, 'completion', 'incidents'])).toBe('INC-42\nINC-7\n');
    expect(asked.at(-1)).toBe('Bearer tocsin_key /api/v1/incidents?status=open%2Cacknowledged&limit=50');
    expect(await run(process.execPath, [main, 'completion', 'incidents'], environment(''))).toBe('');
  });

  test('gives up after a second where nobody answers, without a word', async () => {
    hangs = true;
    const startedAt = Date.now();
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [main, 'completion', 'incidents'], {
      env: environment(),
    });
    hangs = false;
    expect([stdout, stderr]).toEqual(['', '']);
    expect(Date.now() - startedAt).toBeLessThan(10_000);
  });
});

(has('bash') ? describe : describe.skip)('in bash', () => {
  test('verbs, options and what options take are completed', async () => {
    expect(await bash('')).toEqual(NAMES);
    expect(await bash('re')).toEqual(['reject', 'resolve']);
    expect(await bash('incidents', '--')).toEqual([
      ...['--all', '--severity', '--team', '--words', '--limit'],
      ...['--json', '--url'],
    ]);
    expect(await bash('incidents', '--severity', 'c')).toEqual(['critical']);
    expect(await bash('incidents', '--severity', 'critical,h')).toEqual(['critical,high']);
    expect(await bash('incidents', '--team', '')).toEqual([]);
    expect(await bash('apply', '-f', 'org')).toEqual(['organisation.yaml']);
    expect(await bash('audit', '')).toEqual(['verify']);
    expect(await bash('completion', 'z')).toEqual(['zsh']);
  });

  test('open incidents are, once', async () => {
    expect(await bash('accept', '')).toEqual(['INC-42', 'INC-7']);
    expect(await bash('accept', 'INC-4')).toEqual(['INC-42']);
    expect(await bash('page', 'INC-42', '')).toEqual([]);
    expect(await bash('page', 'INC-42', '--per')).toEqual(['--person']);
  });
});

(has('fish') ? describe : describe.skip)('in fish', () => {
  test('verbs, options and open incidents are completed', async () => {
    expect(await fish('tocsin re')).toEqual(['reject', 'resolve']);
    expect(await fish('tocsin incidents --sev')).toEqual(['--severity']);
    expect(await fish('tocsin accept ')).toEqual(['INC-42', 'INC-7']);
    expect(await fish('tocsin audit ')).toEqual(['verify']);
    expect(await fish('tocsin incidents --severity crit')).toEqual(['critical']);
    expect(await fish('tocsin incidents --severity low,crit')).toEqual(['low,critical']);
  });
});

(has('zsh') ? describe : describe.skip)('in zsh', () => {
  test.each([
    ['tocsin onc', 'oncall'],
    ['tocsin incidents --sev', '--severity'],
    ['tocsin incidents --severity crit', 'critical'],
    ['tocsin accept INC-4', 'INC-42'],
    ['tocsin audit ver', 'verify'],
    ['tocsin apply -f org', 'organisation.yaml'],
  ])('%s is completed to %s', async (line, becomes) => {
    expect(await zsh(line, becomes)).toContain(becomes);
  });
});
