import { constants } from "node:os";
import type { Env } from "@/env";
import { createLogger } from "@/server/core/logger";
import { NoInstallationError, openRuntime } from "@/server/runtime/open";
import { backgroundContextFor } from "@/server/runtime/runtime";
import type { ServiceContext } from "@/server/services/context";
import { type Command, type CommandResult, type Installation, readArguments, UsageError } from "./command";
import { COMMANDS } from "./commands";
import { explain } from "./explain";

/** Exit code where the settings name no installation: a script must tell that from bad news about the right one. */
const NO_INSTALLATION = 2;

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** What a command leaves behind: the process' exit code, and what it writes. */
export interface Outcome {
  code: number;
  stdout: string;
  stderr: string;
}

/**
 * Finds the command and runs it against the installation that the settings name. It does not throw: what went wrong is
 * explained on standard error.
 * @param readSettings Called within, as settings to correct are a thing to explain.
 */
export async function run(argv: readonly string[], readSettings: () => Env): Promise<Outcome> {
  try {
    const { text, failed = false } = await answer(argv, readSettings);
    return { code: failed ? 1 : 0, stdout: `${text}\n`, stderr: "" };
  } catch (error) {
    const code = error instanceof NoInstallationError ? NO_INSTALLATION : 1;
    return { code, stdout: "", stderr: `${explain(error)}\n` };
  }
}

/** What to print. */
async function answer(
  argv: readonly string[],
  readSettings: () => Env,
): Promise<Pick<CommandResult, "text" | "failed">> {
  const json = argv.includes("--json");
  const words = argv.filter((word) => word !== "--json");
  const [first = "help"] = words;
  if (["help", "--help", "-h"].includes(first)) return { text: help() };
  const command = findCommand(words);
  const work = command.prepare(readArguments(command, words.slice(2)));
  const { text, data, failed } = await withRuntime(work, command, readSettings);
  return { text: json ? JSON.stringify(data) : text, failed };
}

function findCommand(words: readonly string[]): Command {
  const [noun, verb] = words;
  const command = COMMANDS.find((candidate) => candidate.noun === noun && candidate.verb === verb);
  if (command) return command;
  const names = COMMANDS.map(({ noun, verb }) => `${noun} ${verb}`).join(", ");
  throw new UsageError(
    `There is no command "${words.slice(0, 2).join(" ")}". There are: ${names}. "help" lists their options.`,
  );
}

function help(): string {
  const lines = COMMANDS.map(({ noun, verb, usage }) => `  ${noun} ${verb} ${usage}`.trimEnd());
  return `Commands (add --json for machines):\n${lines.join("\n")}`;
}

/** Works with the server running (it shares its Postgres) or stopped (Postgres runs for the length of the command). */
async function withRuntime<Result>(
  work: (ctx: ServiceContext, installation: Installation) => Promise<Result>,
  { makesTables = false, mendsKeyMaterial = false }: Command,
  readSettings: () => Env,
): Promise<Result> {
  const env: Env = { ...readSettings(), DATABASE_POOL_SIZE: 1 };
  const opening = openRuntime(env, createLogger("silent"), makesTables ? "tables" : "nothing", {
    anyKeyMaterial: mendsKeyMaterial,
  });
  // Ctrl-C in the middle: a Postgres that this command has started must not stay behind without an owner.
  const interrupt = (signal: NodeJS.Signals) =>
    void opening
      .then((runtime) => runtime.close())
      .catch(() => undefined)
      .finally(() => process.exit(128 + constants.signals[signal]));
  for (const signal of SIGNALS) process.once(signal, interrupt);
  try {
    const runtime = await opening;
    try {
      return await work(backgroundContextFor(runtime, "command line"), runtime);
    } finally {
      await runtime.close();
    }
  } finally {
    for (const signal of SIGNALS) process.off(signal, interrupt);
  }
}
