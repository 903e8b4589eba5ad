import type { Flag, Verb } from './grammar.ts';

/** A script for bash, from 3.2 on. */
export function bashScript(verbs: readonly Verb[]): string {
  return `# Completes tocsin in bash. In ~/.bashrc: eval "$(tocsin completion bash)"
_tocsin() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}" verb="\${COMP_WORDS[1]}"
  COMPREPLY=()
  if (( COMP_CWORD == 1 )); then
    COMPREPLY=( $(compgen -W "${verbs.map(({ name }) => name).join(' ')}" -- "$current") )
    return
  fi
  case "$verb $previous" in
${verbs.flatMap(valuesOf).join('\n')}
  esac
  if [[ "$current" == -* ]]; then
    case "$verb" in
${verbs.map(({ name, flags }) => `      ${name}) COMPREPLY=( $(compgen -W "${flags.map(longOf).join(' ')}" -- "$current") ) ;;`).join('\n')}
    esac
    return
  fi
  local word
  for word in "\${COMP_WORDS[@]:2:COMP_CWORD-2}"; do
    [[ "$word" =~ ^(INC-)?[0-9]+$ ]] && return
  done
  case "$verb" in
${verbs.flatMap(wordsOf).join('\n')}
  esac
}
complete -F _tocsin tocsin
`;
}

const INCIDENTS = '$(tocsin completion incidents 2>/dev/null)';

function wordsOf({ name, takes }: Verb): string[] {
  if (takes.kind === 'nothing') return [];
  const words = takes.kind === 'incident' ? INCIDENTS : takes.words.join(' ');
  return [`    ${name}) COMPREPLY=( $(compgen -W "${words}" -- "$current") ) ;;`];
}

/** What stands after an option is never an option or an incident. */
function valuesOf({ name, flags }: Verb): string[] {
  return flags.flatMap((flag) => {
    if (!flag.value) return [];
    const typed = [longOf(flag), ...(flag.short ? [`-${flag.short}`] : [])].map((one) => `'${name} ${one}'`);
    return [`    ${typed.join('|')}) ${given(flag.value)}return ;;`];
  });
}

function given(value: NonNullable<Flag['value']>): string {
  if (value.kind === 'file') return 'COMPREPLY=( $(compgen -f -- "$current") ); ';
  if (value.kind === 'unknown') return '';
  // Behind a comma comes another.
  const words = value.words.join(' ');
  return `local done=""; [[ "$current" == *,* ]] && done="\${current%,*},"; COMPREPLY=( $(compgen -P "$done" -W "${words}" -- "\${current##*,}") ); `;
}

function longOf({ long }: Flag): string {
  return `--${long}`;
}
