import { execFile } from "node:child_process";
import path from "node:path";
import { PEPPER, SESSION_SECRET } from "@test/support/secrets";

const ROOT = path.resolve(import.meta.dirname, "../..");

/** What a command left behind. */
export interface Outcome {
  code: number;
  stdout: string;
  stderr: string;
}

/** Runs the real command line in a process of its own, with these settings and no others. */
export function runCli(args: readonly string[], settings: Record<string, string>): Promise<Outcome> {
  const env = { PATH: process.env.PATH, HOME: process.env.HOME, NODE_ENV: "test" as const, ...settings };
  const command = ["--import", "tsx", "src/cli/main.ts", ...args];
  return new Promise((resolve) => {
    execFile(process.execPath, command, { cwd: ROOT, env }, (error, stdout, stderr) => {
      resolve({ code: error ? Number(error.code) : 0, stdout, stderr });
    });
  });
}

/** The settings of an installation with a database of its own, as the suites' worlds have them. */
export function settingsFor(databaseUrl: string): Record<string, string> {
  return { DATABASE_URL: databaseUrl, KEY_PEPPER: PEPPER, NEXTAUTH_SECRET: SESSION_SECRET };
}
