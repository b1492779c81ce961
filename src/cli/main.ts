import nextEnv from "@next/env";
import { type Env, readEnv } from "@/env";
import { createLogger } from "@/server/core/logger";
import { NoInstallationError, openPlatform } from "@/server/open-platform";
import { backgroundContextFor } from "@/server/platform";
import type { ServiceContext } from "@/server/services/context";
import { type Command, type Place, readArguments, UsageError } from "./command";
import { COMMANDS } from "./commands";
import { explain } from "./explain";

/** Exit code where the settings name no installation: a script must tell that from bad news about the right one. */
const NO_INSTALLATION = 2;

/** Finds the command, runs it against the installation that the settings name, prints the result. */
async function run(argv: readonly string[]): Promise<void> {
  const json = argv.includes("--json");
  const words = argv.filter((word) => word !== "--json");
  const [first = "help"] = words;
  if (["help", "--help", "-h"].includes(first)) return print(help());
  const command = findCommand(words);
  const work = command.prepare(readArguments(command, words.slice(2)));
  const result = await withPlatform(work, command);
  print(json ? JSON.stringify(result.data) : result.text);
  if (result.failed) process.exitCode = 1;
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
async function withPlatform<Result>(
  work: (ctx: ServiceContext, place: Place) => Promise<Result>,
  { makesTables = false }: Command,
): Promise<Result> {
  const env: Env = { ...readEnv(), DATABASE_POOL_SIZE: 1 };
  const platform = await openPlatform(env, createLogger("silent"), makesTables ? "tables" : "nothing");
  try {
    return await work(backgroundContextFor(platform, "command line"), platform);
  } finally {
    await platform.close();
  }
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

try {
  // As Next does for the server: the process' own variables win.
  nextEnv.loadEnvConfig(process.cwd());
  await run(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`${explain(error)}\n`);
  process.exitCode = error instanceof NoInstallationError ? NO_INSTALLATION : 1;
}
