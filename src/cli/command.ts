import type { Env } from "@/env";
import type { ServiceContext } from "@/server/services/context";
import type { Deployment } from "@/server/services/health";

/** What a command prints: a text for people, data for `--json`. */
export interface CommandResult {
  text: string;
  /** Standard output has the data that were asked for; what is printed goes to standard error. */
  aside?: boolean;
  data: unknown;
  /** It did its work and has bad news: the exit code is 1. */
  failed?: boolean;
}

/** Parsed arguments: positional words in order, options by their name in camel case. */
export interface CommandInput {
  words: string[];
  options: Record<string, string | string[] | boolean | undefined>;
}

/** What a command has to know of the installation beside what verbs do. */
export interface Installation {
  /** Public URL, without a slash at the end. */
  baseUrl: string;
  env: Env;
  /** What its settings say, for checks. */
  deployment: Deployment;
  /** Signs session cookies. */
  sessionSecret: string;
}

/** One option of a command, `--name value` or, without a value, a switch. */
export interface OptionSpec {
  /** Shown by `--help`, after the option. */
  about: string;
  /** What stands for its value in the help; absent: it is a switch. */
  value?: string;
  /** Values for completion and help. What is taken is decided by the contract's schema. */
  choices?: readonly string[];
  /** May be given more than once. */
  multiple?: boolean;
  default?: string;
  /** Somebody may expect it, and it is not taken: what to do instead. Neither help nor completion shows it. */
  refused?: string;
}

/** Tells whoever watches what goes on, line by line, while a command works. */
export type Tell = (line: string) => void;

/** What a command does with the settings alone. */
export type BareWork = (env: Env, tell: Tell) => Promise<CommandResult>;

/** What a command does with the installation, once its input is known to be right. */
export type CommandWork = (ctx: ServiceContext, installation: Installation) => Promise<CommandResult>;

/** What every command says of itself. */
interface CommandLine {
  noun: string;
  /** Absent where the noun says it all: `backup`. */
  verb?: string;
  /** One line for the list of commands. */
  summary: string;
  /** Everything after the program's name, as somebody would type it. */
  example: string;
  /** What each positional word is, `<id>`, or `[name]` where it may be left out. */
  words: readonly string[];
  /** By name, without the dashes. */
  options: Readonly<Record<string, OptionSpec>>;
  /**
   * What would be lost, as a sentence; null where nothing is. It is asked on a terminal, and takes `--yes` elsewhere: a
   * script with the wrong variable must not be what deletes a key.
   */
  destroys?(input: CommandInput): string | null;
}

/** A command on an installation, which is open while it works. */
export interface Command extends CommandLine {
  /** Whether it may make Keyward's tables in the database of DATABASE_URL; otherwise it refuses where there are none. */
  makesTables?: boolean;
  /** Whether it works with another pepper or prefix than the installation's, which every other command refuses. */
  mendsKeyMaterial?: boolean;
  /** Whether it looks at all that a server's start looks at, and mends it; others take the database as a start has left it. */
  examines?: boolean;
  /**
   * Checks the input and returns the work. In two steps, because the second takes a database, and starting one only to
   * say that a date is no date would be slow. What the work needs of the server it imports itself, so that help and
   * refusals load none of it.
   * @throws UsageError, AppError validation_failed
   */
  prepare(input: CommandInput): CommandWork;
}

/** A command that works where there may be no installation yet: it opens itself what it needs. */
export interface BareCommand extends CommandLine {
  opensItself: true;
  /** The same, with the settings. */
  prepare(input: CommandInput): BareWork;
}

/** One command of the operator's. */
export type AnyCommand = Command | BareCommand;

/** The names of the options that are worth typing: what is refused is not, nor `--yes` where nothing is asked. */
export function optionNamesOf({ options, destroys }: AnyCommand): string[] {
  const taken = Object.entries(options).filter(([, { refused }]) => !refused);
  return [...taken.map(([name]) => name), ...(destroys ? ["yes"] : [])];
}

/** As it is typed: noun and verb. */
export function nameOf({ noun, verb }: AnyCommand): string {
  return verb === undefined ? noun : `${noun} ${verb}`;
}

/** The command line was not understood; the message, one line, says how it goes. */
export class UsageError extends Error {
  override name = "UsageError";
}

/** The person at the terminal did not say yes. */
export class NotConfirmedError extends Error {
  override name = "NotConfirmedError";
}
