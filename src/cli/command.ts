import { type ParseArgsConfig, parseArgs } from "node:util";
import type { ServiceContext } from "@/server/services/context";

/** What a command prints: a text for people, data for `--json`. */
export interface CommandResult {
  text: string;
  data: unknown;
  /** It did its work and has bad news: the exit code is 1. */
  failed?: boolean;
}

/** Parsed arguments: positional words in order, options by name. */
export interface CommandInput {
  words: string[];
  options: Record<string, string | string[] | boolean | undefined>;
}

/** The installation as texts lead to it. */
export interface Installation {
  /** Public URL, without a slash at the end. */
  baseUrl: string;
}

/** One command of the operator's. */
export interface Command {
  noun: string;
  verb: string;
  usage: string;
  /** How many positional words it takes. */
  words: number;
  options: NonNullable<ParseArgsConfig["options"]>;
  /** Whether it may make Keyward's tables in the database of DATABASE_URL; otherwise it refuses where there are none. */
  makesTables?: boolean;
  /** Whether it works with another pepper or prefix than the installation's, which every other command refuses. */
  mendsKeyMaterial?: boolean;
  /**
   * Checks the input and returns the work. In two steps, because the second takes a database, and starting one only to
   * say that a date is no date would be slow.
   * @throws UsageError, AppError validation_failed
   */
  prepare(input: CommandInput): (ctx: ServiceContext, installation: Installation) => Promise<CommandResult>;
}

/** The command line was not understood; the message, one line, says how it goes. */
export class UsageError extends Error {
  override name = "UsageError";
}

/**
 * Reads what follows noun and verb.
 * @throws UsageError for unknown options, missing values, too few or too many words
 */
export function readArguments(command: Command, argv: readonly string[]): CommandInput {
  const usage = `Usage: ${command.noun} ${command.verb} ${command.usage}`.trim();
  try {
    const { values, positionals } = parseArgs({
      args: [...argv],
      options: command.options,
      allowPositionals: true,
    });
    if (positionals.length !== command.words) throw new UsageError(usage);
    return { words: positionals, options: values as CommandInput["options"] };
  } catch (error) {
    if (error instanceof UsageError) throw error;
    // The first sentence: the others explain Node's own rules at length.
    const [problem] = (error as Error).message.split(/\.\s/);
    throw new UsageError(`${problem}. ${usage}`);
  }
}
