import type { Env } from "@/env";
import {
  type AnyCommand,
  type CommandInput,
  type CommandResult,
  NotConfirmedError,
  type Tell,
  UsageError,
} from "./command";
import { readCommandLine } from "./command-line";
import { COMMANDS } from "./commands";
import { type FailurePlace, failureOf } from "./explain";

/** What a command leaves behind: the process' exit code, and what it writes. */
export interface Outcome {
  code: number;
  stdout: string;
  stderr: string;
}

/** Puts a question to the person at the terminal, and returns the answer. */
export type Ask = (question: string) => Promise<string>;

/**
 * Finds the command and runs it against the installation that the settings name. It does not throw: what went wrong is
 * explained on standard error, with `--json` as an object with `code`, `detail` and, for wrong fields, `errors`.
 * @param readSettings Called within, as settings to correct are a thing to explain.
 * @param ask Null where nobody sits at a terminal: what destroys something then takes `--yes`.
 * @param tell Called only without `--json`: machines get the result alone.
 */
export async function run(
  argv: readonly string[],
  readSettings: () => Env,
  ask: Ask | null = null,
  tell: Tell = tellNobody,
): Promise<Outcome> {
  const json = argv.includes("--json");
  const place: FailurePlace = { command: null, opened: false };
  try {
    const words = argv.filter((word) => word !== "--json");
    const told = { ask, tell: json ? tellNobody : tell };
    const { text, data, failed = false, aside = false } = await answer(words, readSettings, told, place);
    const printed = `${json && data !== undefined ? JSON.stringify(data) : text}\n`;
    const [stdout, stderr] = aside ? ["", printed] : [printed, ""];
    return { code: failed ? 1 : 0, stdout, stderr };
  } catch (error) {
    const { exit, ...failure } = failureOf(error, place);
    const stderr = json ? JSON.stringify(failure) : failure.detail;
    return { code: exit, stdout: "", stderr: `${stderr}\n` };
  }
}

const tellNobody: Tell = () => undefined;

async function answer(
  words: readonly string[],
  readSettings: () => Env,
  { ask, tell }: { ask: Ask | null; tell: Tell },
  place: FailurePlace,
): Promise<CommandResult> {
  const asked = readCommandLine(words, COMMANDS);
  if ("text" in asked) return { text: asked.text, data: undefined };
  const { command, input, isSure } = asked;
  place.command = command;
  const onOpen = () => {
    place.opened = true;
  };
  // The server's code is loaded last: help and refusals do without.
  if ("opensItself" in command) {
    const work = command.prepare(input);
    if (!isSure) await confirm(command, input, ask);
    const { withSettings } = await import("./installation");
    return withSettings(work, readSettings, onOpen, tell);
  }
  const work = command.prepare(input);
  if (!isSure) await confirm(command, input, ask);
  const { withInstallation } = await import("./installation");
  return withInstallation(work, command, readSettings, onOpen);
}

/** @throws UsageError where nobody can be asked; NotConfirmedError */
async function confirm(command: AnyCommand, input: CommandInput, ask: Ask | null): Promise<void> {
  const loss = command.destroys?.(input);
  if (!loss) return;
  if (!ask) throw new UsageError(`${loss} Add --yes to do it.`);
  const given = await ask(`${loss} Type yes to do it: `);
  if (given.trim().toLowerCase() !== "yes") throw new NotConfirmedError("Nothing was done.");
}
