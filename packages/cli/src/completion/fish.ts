import type { Flag, Verb } from './grammar.ts';

/** A script for fish. */
export function fishScript(verbs: readonly Verb[]): string {
  return `# Completes tocsin in fish. tocsin completion fish > ~/.config/fish/completions/tocsin.fish
complete -c tocsin -f
${verbs.flatMap(linesOf).join('\n')}
`;
}

function linesOf({ name, help, takes, flags }: Verb): string[] {
  const there = `-n '__fish_seen_subcommand_from ${name}'`;
  const words =
    takes.kind === 'incident'
      ? [`complete -c tocsin ${there} -k -a '(tocsin completion incidents 2>/dev/null)' -d incident`]
      : takes.kind === 'words'
        ? [`complete -c tocsin ${there} -a '${takes.words.join(' ')}'`]
        : [];
  return [
    `complete -c tocsin -n __fish_use_subcommand -a ${name} -d ${quoted(help)}`,
    ...words,
    ...flags.map(({ long, short, help: what, value }) =>
      [
        `complete -c tocsin ${there} -l ${long}`,
        ...(short ? [`-s ${short}`] : []),
        ...argumentOf(value),
        `-d ${quoted(what)}`,
      ].join(' '),
    ),
  ];
}

function argumentOf(value: Flag['value']): string[] {
  switch (value?.kind) {
    case 'list':
      return [`-x -a '(__fish_append , ${value.words.join(' ')})'`];
    case 'file':
      return ['-r -F'];
    case 'unknown':
      return ['-x'];
    default:
      return [];
  }
}

function quoted(text: string): string {
  return `'${text.replaceAll(/['\\]/g, '\\$&')}'`;
}
