import { execFile } from "node:child_process";
import path from "node:path";
import { onlySettings } from "@test/support/child-env";
import { PEPPER, SESSION_SECRET } from "@test/support/secrets";
import { inject } from "vitest";
import { type Outcome, run } from "@/cli/run";
import { readEnv } from "@/env";

const ROOT = path.resolve(import.meta.dirname, "../..");

/** Undefined: not even set to nothing, so that a file may set it. */
type Settings = Record<string, string | undefined>;

/** Runs a command in this process, on the installation that the settings name. */
export function runCli(args: readonly string[], settings: Settings): Promise<Outcome> {
  return run(args, () => readEnv(settings));
}

/**
 * Runs the real command line, bundled, in a process of its own, with these settings and no others.
 * @param input what stands on its standard input
 */
export function runProgram(
  args: readonly string[],
  settings: Settings,
  cwd?: string,
  input?: string,
): Promise<Outcome> {
  return runNode([inject("commandLine"), ...args], settings, cwd, input);
}

/** The same from its sources, as `npm run cli` does; that takes three times as long. */
export function runProgramFromSources(args: readonly string[], settings: Settings): Promise<Outcome> {
  return runNode(["--import", "tsx", "src/cli/main.ts", ...args], settings);
}

function runNode(
  command: readonly string[],
  settings: Settings,
  cwd = ROOT,
  input?: string,
): Promise<Outcome> {
  const env = onlySettings(settings);
  return new Promise((resolve) => {
    const child = execFile(process.execPath, command, { cwd, env }, (error, stdout, stderr) => {
      resolve({ code: error ? Number(error.code) : 0, stdout, stderr });
    });
    if (input !== undefined) child.stdin?.end(input);
  });
}

/** The settings of an installation with a database of its own, as the suites' fixtures have them. */
export function settingsFor(databaseUrl: string): Settings {
  return { DATABASE_URL: databaseUrl, KEY_PEPPER: PEPPER, NEXTAUTH_SECRET: SESSION_SECRET };
}
