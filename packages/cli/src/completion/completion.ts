import { EXIT } from '../exit-codes.ts';
import { SHELLS, type Shell } from '../own-commands.ts';
import { bashScript } from './bash.ts';
import { fishScript } from './fish.ts';
import { grammar, type Verb } from './grammar.ts';
import { openIncidents } from './open-incidents.ts';
import { zshScript } from './zsh.ts';

const SCRIPTS: Readonly<Record<Shell, (verbs: readonly Verb[]) => string>> = {
  bash: bashScript,
  zsh: zshScript,
  fish: fishScript,
};

const USAGE = `usage: tocsin completion ${SHELLS.join('|')}

prints what completes verbs, options and open incidents:
  bash  in ~/.bashrc: eval "$(tocsin completion bash)"
  zsh   in ~/.zshrc, after compinit: eval "$(tocsin completion zsh)"
  fish  tocsin completion fish > ~/.config/fish/completions/tocsin.fish`;

/** Prints a shell's script, or, for the scripts themselves, the numbers of open incidents. */
export async function completion(args: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const [what, more] = args;
  if (what === 'incidents' && more === undefined) {
    const numbers = await openIncidents(env);
    if (numbers.length > 0) console.log(numbers.join('\n'));
    return EXIT.done;
  }
  const shell = SHELLS.find((one) => one === what);
  if (shell && more === undefined) {
    process.stdout.write(SCRIPTS[shell](grammar()));
    return EXIT.done;
  }
  const isHelp = what === '--help' || what === '-h';
  (isHelp ? console.log : console.error)(USAGE);
  return isHelp ? EXIT.done : EXIT.usage;
}
