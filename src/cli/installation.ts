import { constants } from "node:os";
import { type Env, InvalidEnvError } from "@/env";
import { isAppError } from "@/server/core/errors";
import { createLogger } from "@/server/core/logger";
import { isForOperator, isRestoreRefusal, openRuntime } from "@/server/runtime/open";
import { backgroundContextFor, deploymentOf } from "@/server/runtime/runtime";
import type { BareWork, Command, CommandResult, CommandWork, Tell } from "./command";
import { CannotOpenError, oneLine, RefusedError, rootOf } from "./explain";
import { onInterrupt } from "./signals";

/**
 * Opens the installation that the settings name for the length of a command. With the server running it shares its
 * Postgres; with none, Postgres runs for as long.
 * @param onOpen told once what follows is about the installation's contents
 * @throws CannotOpenError; what the work throws
 */
export async function withInstallation(
  work: CommandWork,
  { makesTables = false, mendsKeyMaterial = false, examines = false }: Command,
  readSettings: () => Env,
  onOpen: () => void,
): Promise<CommandResult> {
  const settings = settingsOf(readSettings);
  const opening = openRuntime(
    { ...settings, DATABASE_POOL_SIZE: 1 },
    createLogger("silent"),
    makesTables ? "tables" : "nothing",
    { anyKeyMaterial: mendsKeyMaterial, trustPrepared: !makesTables && !examines },
  );
  // Ctrl-C in the middle: a Postgres that this command has started must not stay behind without an owner.
  const finish = onInterrupt(
    (signal) =>
      void opening
        .then((runtime) => runtime.close())
        .catch(() => undefined)
        .finally(() => process.exit(128 + constants.signals[signal])),
  );
  try {
    const runtime = await opening.catch((error: unknown) => {
      throw cannotOpen(error);
    });
    try {
      onOpen();
      const deployment = deploymentOf(settings, runtime.mended);
      return await work(backgroundContextFor(runtime, "command line"), { ...runtime, deployment });
    } finally {
      await runtime.close();
    }
  } finally {
    finish();
  }
}

/**
 * Runs a command that opens for itself what the settings name.
 * @throws CannotOpenError; RefusedError where what was opened is not for it; what the work throws
 */
export async function withSettings(
  work: BareWork,
  readSettings: () => Env,
  onOpen: () => void,
  tell: Tell,
): Promise<CommandResult> {
  const env = settingsOf(readSettings);
  onOpen();
  try {
    return await work(env, tell);
  } catch (error) {
    if (isRestoreRefusal(error)) throw new RefusedError(error.message, codeOf(error), error);
    throw isForOperator(error) ? cannotOpen(error) : error;
  }
}

function settingsOf(readSettings: () => Env): Env {
  try {
    return readSettings();
  } catch (error) {
    throw error instanceof InvalidEnvError ? cannotOpen(error) : error;
  }
}

/** Why an installation could not be opened, for the operator. */
export function cannotOpen(error: unknown): CannotOpenError {
  if (isForOperator(error)) return new CannotOpenError(error.message, codeOf(error), error);
  const detail = isAppError(error) ? error.detail : oneLine(rootOf(error));
  return new CannotOpenError(detail, "cannot_open", error);
}

/** `no_installation` of a NoInstallationError: for machines, which class of the runtime's it was. */
function codeOf({ name }: Error): string {
  return name
    .replace(/Error$/, "")
    .replace(/(?<=[a-z])(?=[A-Z])/g, "_")
    .toLowerCase();
}
