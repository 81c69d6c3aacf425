/** `quorate completion`: what a shell needs to complete commands and options, from the table that runs them. */

import { Fatal } from '../host/errors.ts';
import { type Command, option } from './command.ts';

type Commands = Readonly<Record<string, Command>>;

const SHELLS: Readonly<Record<string, (commands: Commands) => string>> = { bash, zsh, fish };

/** Of all commands, itself among them. */
export function completionOf(commands: () => Commands): Command {
  return {
    summary: 'print what makes a shell complete commands and options: bash, zsh or fish',
    options: [],
    file: { name: 'SHELL', means: 'bash, zsh or fish: source <(quorate completion bash)' },
    run: async (options) => {
      const shell = option(options, 'file');
      const script = Object.hasOwn(SHELLS, shell) ? SHELLS[shell] : undefined;
      if (script === undefined)
        throw new Fatal(
          'CONFIG_INVALID',
          `nothing is known of ${shell}`,
          `There are ${Object.keys(SHELLS).join(', ')}.`,
        );
      const text = script(commands());
      return { json: { shell, script: text }, text, ok: true };
    },
  };
}

function optionsOf({ options, watch }: Command): readonly string[] {
  const names = options.map(({ name }) => `--${name}`);
  return [...new Set([...names, '--json', '--help', ...(watch === undefined ? [] : ['--watch'])])];
}

/** First words, and second ones of those that have two. */
function words(commands: Commands, first?: string): readonly string[] {
  const split = Object.keys(commands).map((name) => name.split(' '));
  const found =
    first === undefined ? split.map(([one]) => one) : split.filter(([one]) => one === first).map(([, two]) => two);
  return [...new Set(found.filter((word) => word !== undefined))];
}

/** Options after a dash, files where no word of a command fits. */
function bash(commands: Commands): string {
  const cases = Object.entries(commands).map(
    ([name, command]) => `    '${name}') words='${optionsOf(command).join(' ')}' ;;`,
  );
  const seconds = words(commands)
    .filter((first) => words(commands, first).length > 0)
    .map((first) => `    ${first}) words='${words(commands, first).join(' ')}' ;;`);
  return `_quorate() {
  local words='' here=\${COMP_WORDS[COMP_CWORD]} both="\${COMP_WORDS[1]} \${COMP_WORDS[2]}" name
  if [[ $COMP_CWORD == 1 ]]; then
    COMPREPLY=($(compgen -W '${words(commands).join(' ')}' -- "$here")); return
  fi
  if [[ $COMP_CWORD == 2 && $here != -* ]]; then case "\${COMP_WORDS[1]}" in
${seconds.join('\n')}
  esac; fi
  if [[ $here == -* ]]; then for name in "$both" "\${COMP_WORDS[1]}"; do case "$name" in
${cases.join('\n')}
    *) continue ;;
  esac; break; done; fi
  COMPREPLY=($(compgen -W "$words" -- "$here"))
  if [[ \${#COMPREPLY[@]} == 0 && $here != -* ]]; then COMPREPLY=($(compgen -f -- "$here")); fi
}
complete -F _quorate quorate`;
}

/** By way of bash's, which zsh can read. */
function zsh(commands: Commands): string {
  return `autoload -U +X bashcompinit && bashcompinit\n${bash(commands)}`;
}

function fish(commands: Commands): string {
  const said = (text: string) => text.replace(/'/g, "\\'");
  const lines = Object.entries(commands).flatMap(([name, { summary, options }]) => {
    const [first = '', second] = name.split(' ');
    const within = [first, ...(second === undefined ? [] : [second])]
      .map((word) => `__fish_seen_subcommand_from ${word}`)
      .join('; and ');
    const where = second === undefined ? '__fish_use_subcommand' : `__fish_seen_subcommand_from ${first}`;
    return [
      `complete -c quorate -n '${where}' -a ${second ?? first} -d '${said(summary)}'`,
      ...options.map(
        (one) =>
          `complete -c quorate -n '${within}' -l ${one.name} ${one.isSwitch ? '' : '-r '}-d '${said(one.means)}'`,
      ),
    ];
  });
  return lines.join('\n');
}
