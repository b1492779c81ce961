import { type Env, InvalidEnvError, readEnv } from "@/env";
import { isAppError } from "@/server/core/errors";
import { createLogger } from "@/server/core/logger";
import { openPlatform } from "@/server/open-platform";
import { contextFor } from "@/server/platform";
import { type Command, readArguments, UsageError } from "./command";
import { COMMANDS } from "./commands";

/** Finds the command, runs it against the installation that the settings name, prints the result. */
async function run(argv: readonly string[]): Promise<void> {
  const json = argv.includes("--json");
  const words = argv.filter((word) => word !== "--json");
  const command = findCommand(words);
  const input = readArguments(command, words.slice(2));
  const result = await withPlatform((ctx) => command.run(ctx, input));
  process.stdout.write(`${json ? JSON.stringify(result.data) : result.text}\n`);
}

function findCommand([noun, verb]: readonly string[]): Command {
  const command = COMMANDS.find((candidate) => candidate.noun === noun && candidate.verb === verb);
  if (command) return command;
  const lines = COMMANDS.map(({ noun, verb, usage }) => `  ${noun} ${verb} ${usage}`);
  throw new UsageError(`Commands (add --json for machines):\n${lines.join("\n")}`);
}

/** Works with the server running (it shares its Postgres) or stopped (Postgres runs for the length of the command). */
async function withPlatform<Result>(
  work: (ctx: Parameters<Command["run"]>[0]) => Promise<Result>,
): Promise<Result> {
  const env: Env = { ...readEnv(), DATABASE_POOL_SIZE: 1 };
  const platform = await openPlatform(env, createLogger("silent"));
  try {
    return await work(contextFor(platform, { kind: "system", name: "command line" }));
  } finally {
    await platform.close();
  }
}

/** One clear line. What only we can mend comes with its stack. */
function explain(error: unknown): string {
  if (isAppError(error)) return error.detail;
  if (error instanceof UsageError || error instanceof InvalidEnvError) return error.message;
  return error instanceof Error ? error.message : String(error);
}

try {
  await run(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`${explain(error)}\n`);
  process.exitCode = 1;
}
