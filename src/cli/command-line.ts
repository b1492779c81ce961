import { CommanderError, Option, Command as Program } from "commander";
import { VERSION } from "@/server/core/version";
import { type AnyCommand, type CommandInput, type OptionSpec, UsageError } from "./command";
import { completionFor, SHELLS } from "./completion";

/** What was asked for: a text to show, or a command with its arguments. `isSure`: it need not ask before it destroys. */
export type Asked = { text: string } | { command: AnyCommand; input: CommandInput; isSure: boolean };

/**
 * Reads the arguments after the program's name. Commander reads and explains; what a value may be is decided by the
 * contracts' schemas in `prepare`, which the API and the console go by too.
 * @throws UsageError for what is no command, unknown options, missing values, too few or too many words
 */
export function readCommandLine(argv: readonly string[], commands: readonly AnyCommand[]): Asked {
  let asked: Asked | undefined;
  const written: string[] = [];
  const program = programOf(commands, {
    write: (text) => void written.push(text),
    answer: (answer) => {
      asked = answer;
    },
  });
  const [first, ...others] = argv;
  const words = first === undefined || first === "help" ? [...others, "--help"] : argv;
  try {
    program.parse(words, { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return { text: written.join("").trimEnd() };
    throw new UsageError(oneLineOf(error, words));
  }
  if (!asked) throw new UsageError(incomplete(words));
  return asked;
}

/** Commander's message and suggestion, as one sentence. */
function oneLineOf({ code, message }: CommanderError, words: readonly string[]): string {
  // A noun alone: Commander would show its help and say nothing.
  if (code === "commander.help") return incomplete(words);
  const [problem = "", ...hints] = message.replace(/^error: /, "").split("\n");
  const named = words.slice(0, 2).filter((word) => !word.startsWith("-"));
  const where = code === "commander.unknownCommand" ? "help" : [...named, "--help"].join(" ");
  return [`${problem.charAt(0).toUpperCase()}${problem.slice(1)}.`, ...hints, `"${where}" explains it.`].join(
    " ",
  );
}

const incomplete = ([noun = ""]: readonly string[]) => `"${noun}" takes a verb. "${noun} --help" lists them.`;

interface Answering {
  write(text: string): void;
  answer(asked: Asked): void;
}

function programOf(commands: readonly AnyCommand[], { write, answer }: Answering): Program {
  const program = new Program("keyward")
    // First: every command inherits how the program writes and ends.
    .configureOutput({ writeOut: write, writeErr: () => undefined, getOutHelpWidth: () => HELP_COLUMNS })
    .exitOverride()
    .description("The operator's commands. They work on the installation that DATABASE_URL or DATA_DIR name.")
    .version(VERSION, "-V, --version", "the version")
    .helpOption("-h, --help", "this; after a command, all about it")
    .helpCommand(false)
    .configureHelp({
      visibleCommands: (command) =>
        command.parent ? [...command.commands] : command.commands.flatMap(leavesOf),
      subcommandTerm: (command) =>
        [...namesOf(command), command.usage().replace("[options]", "").trim()].join(" ").trimEnd(),
      sortOptions: false,
    })
    .addHelpText(
      "after",
      `\nEach takes --json, for machines, and --yes, where nobody is to be asked. Exit codes: ${EXIT_CODES}.`,
    );
  const nouns = new Map<string, Program>();
  for (const command of commands) {
    if (command.verb === undefined) {
      addCommand(program.command(command.noun), command, answer);
      continue;
    }
    const noun = nouns.get(command.noun) ?? program.command(command.noun).helpCommand(false);
    nouns.set(command.noun, noun);
    addCommand(noun.command(command.verb), command, answer);
  }
  program
    .command("completion")
    .summary("print what makes a shell complete commands")
    .description("Print what makes a shell complete commands.")
    .argument("<shell>", SHELLS.join(" or "))
    .usage("<shell>")
    .addHelpText("after", `\nExample:\n  eval "$(keyward completion bash)"`)
    .action((shell: string) => answer({ text: completionFor(shell, commands) }));
  return program;
}

/** The same on every terminal, and where there is none. */
const HELP_COLUMNS = 100;

const EXIT_CODES = "0 done, 1 refused or bad news, 2 not understood, 3 no installation to be reached";

function leavesOf(command: Program): Program[] {
  return command.commands.length > 0 ? [...command.commands] : [command];
}

/** Without the program's own. */
function namesOf(command: Program): string[] {
  return command.parent ? [...namesOf(command.parent), command.name()] : [];
}

function addCommand(verb: Program, command: AnyCommand, answer: (asked: Asked) => void): void {
  verb
    .summary(command.summary)
    .description(`${command.summary.charAt(0).toUpperCase()}${command.summary.slice(1)}.`);
  for (const word of command.words) verb.argument(word);
  // Taken by all, so that a script need not know which of them ask; shown where they do.
  const yes = new Option("--yes", "do not ask");
  verb.addOption(command.destroys ? yes : yes.hideHelp());
  for (const [name, spec] of Object.entries(command.options)) {
    if (spec.refused !== undefined) {
      verb.addOption(new Option(`--${name} [value]`).hideHelp());
      verb.on(`option:${name}`, () => {
        throw new UsageError(spec.refused);
      });
      continue;
    }
    const option = new Option(`--${name}${spec.value ? ` <${spec.value}>` : ""}`, aboutOf(spec));
    if (spec.default !== undefined) option.default(spec.default);
    if (spec.multiple) option.argParser((value: string, before: string[] = []) => [...before, value]);
    verb.addOption(option);
  }
  verb.addHelpText("after", `\nExample:\n  keyward ${command.example}`);
  verb.action((...given: unknown[]) => {
    const words = given.slice(0, command.words.length).filter((word) => typeof word === "string");
    const { yes: isSure = false, ...options } = verb.opts<Record<string, CommandInput["options"][string]>>();
    answer({ command, input: { words, options }, isSure: isSure === true });
  });
}

function aboutOf({ about, choices, multiple }: OptionSpec): string {
  return [about, choices && `one of ${choices.join(", ")}`, multiple && "may be repeated"]
    .filter(Boolean)
    .join("; ");
}
