import { execFile } from "node:child_process";
import path from "node:path";
import { PEPPER, SESSION_SECRET } from "@test/support/secrets";
import { inject } from "vitest";

const ROOT = path.resolve(import.meta.dirname, "../..");

/** What a command left behind. */
export interface Outcome {
  code: number;
  stdout: string;
  stderr: string;
}

type Settings = Record<string, string>;

/** Runs the real command line, bundled, in a process of its own, with these settings and no others. */
export function runCli(args: readonly string[], settings: Settings): Promise<Outcome> {
  return runNode([inject("commandLine"), ...args], settings);
}

/** The same from its sources, as `npm run cli` does; that takes three times as long. */
export function runCliFromSources(args: readonly string[], settings: Settings): Promise<Outcome> {
  return runNode(["--import", "tsx", "src/cli/main.ts", ...args], settings);
}

function runNode(command: readonly string[], settings: Settings): Promise<Outcome> {
  const env = { PATH: process.env.PATH, HOME: process.env.HOME, NODE_ENV: "test" as const, ...settings };
  return new Promise((resolve) => {
    execFile(process.execPath, command, { cwd: ROOT, env }, (error, stdout, stderr) => {
      resolve({ code: error ? Number(error.code) : 0, stdout, stderr });
    });
  });
}

/** The settings of an installation with a database of its own, as the suites' worlds have them. */
export function settingsFor(databaseUrl: string): Settings {
  return { DATABASE_URL: databaseUrl, KEY_PEPPER: PEPPER, NEXTAUTH_SECRET: SESSION_SECRET };
}
