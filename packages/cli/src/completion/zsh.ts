import type { Flag, Verb } from './grammar.ts';

/** A script for zsh, behind `compinit`. */
export function zshScript(verbs: readonly Verb[]): string {
  return `#compdef tocsin
# Completes tocsin in zsh. In ~/.zshrc, after compinit: eval "$(tocsin completion zsh)"
_tocsin_incidents() {
  local -a numbers
  numbers=(\${(f)"$(tocsin completion incidents 2>/dev/null)"})
  compadd -a numbers
}
_tocsin() {
  local -a verbs
  verbs=(
${verbs.map(({ name, help }) => `    ${quoted(`${name}:${help}`)}`).join('\n')}
  )
  if (( CURRENT == 2 )); then
    _describe -t verbs verb verbs
    return
  fi
  local verb=$words[2]
  shift words
  (( CURRENT-- ))
  case $verb in
${verbs.map(caseOf).join('\n')}
  esac
}
compdef _tocsin tocsin
`;
}

function caseOf({ name, takes, flags }: Verb): string {
  const first =
    takes.kind === 'incident'
      ? ["'1:incident:_tocsin_incidents'"]
      : takes.kind === 'words'
        ? [quoted(`1:what:(${takes.words.join(' ')})`)]
        : [];
  const specs = [...flags.flatMap(specsOf), ...first];
  return specs.length === 0 ? `    ${name}) ;;` : `    ${name}) _arguments ${specs.join(' ')} ;;`;
}

function specsOf({ long, short, help, value }: Flag): string[] {
  const says = `[${help.replaceAll(/[[\]:\\]/g, '\\$&')}]`;
  return [`--${long}`, ...(short ? [`-${short}`] : [])].map((one) => quoted(`${one}${says}${argumentOf(long, value)}`));
}

function argumentOf(name: string, value: Flag['value']): string {
  switch (value?.kind) {
    case 'list':
      return `:${name}:_sequence compadd - ${value.words.join(' ')}`;
    case 'file':
      return `:${name}:_files`;
    case 'unknown':
      return `:${name}: `;
    default:
      return '';
  }
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
