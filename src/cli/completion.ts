import { type AnyCommand, optionNamesOf, UsageError } from "./command";

export const SHELLS = ["bash", "zsh"] as const;

/**
 * What a shell reads to complete commands, options and the values that are known: a list of words for each place, so that
 * pressing Tab starts no process.
 * @throws UsageError for a shell that is none of them
 */
export function completionFor(shell: string, commands: readonly AnyCommand[]): string {
  if (shell === "bash") return bashScript(commands);
  if (shell === "zsh") return `autoload -Uz bashcompinit && bashcompinit\n${bashScript(commands)}`;
  throw new UsageError(`There is completion for ${SHELLS.join(" and ")}, not for ${JSON.stringify(shell)}.`);
}

/** What has been typed before its options, as a pattern of the shell's; where there is no verb, its first word is a file. */
function placeOf({ noun, verb }: AnyCommand): string {
  return verb === undefined ? `"${noun} "*` : `"${noun} ${verb}"`;
}

function bashScript(commands: readonly AnyCommand[]): string {
  const nouns = new Set([...commands.map(({ noun }) => noun), "completion", "help"]);
  const optionWords = (command: AnyCommand) =>
    [...optionNamesOf(command), "json", "help"].map((name) => `--${name}`).join(" ");
  const verbs = [...nouns].map((noun) => {
    const ofNoun = commands.filter((command) => command.noun === noun);
    const words = ofNoun.map((command) => command.verb ?? optionWords(command));
    return `    ${noun}) words="${(noun === "completion" ? SHELLS : words).join(" ")}" ;;`;
  });
  const options = commands.map((command) => `    ${placeOf(command)}) words="${optionWords(command)}" ;;`);
  const values = commands.flatMap((command) =>
    Object.entries(command.options).flatMap(([name, { choices }]) =>
      choices ? [`    ${placeOf(command)}" --${name}") words="${choices.join(" ")}" ;;`] : [],
    ),
  );
  return `_keyward() {
  local words="" current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}"
  if [ "$COMP_CWORD" -eq 1 ]; then
    words="${[...nouns].join(" ")}"
  elif [ "$COMP_CWORD" -eq 2 ]; then
    case "$previous" in
${verbs.join("\n")}
    esac
  else
    case "\${COMP_WORDS[1]} \${COMP_WORDS[2]}" in
${options.join("\n")}
    esac
    case "\${COMP_WORDS[1]} \${COMP_WORDS[2]} $previous" in
${values.join("\n")}
    esac
  fi
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -F _keyward keyward`;
}
