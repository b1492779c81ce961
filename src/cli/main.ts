import { createInterface } from "node:readline/promises";
import { readEnv } from "@/env";
import { loadSettingsFiles } from "@/server/runtime/settings-files";
import { surviveLostTypeFetch } from "@/server/runtime/type-fetch";
import { run } from "./run";

surviveLostTypeFetch();

// `key list | head -1`: whoever read has what they wanted, and the command has done its work.
for (const stream of [process.stdout, process.stderr]) {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
  });
}

/** On standard error, so that standard output stays what a script would take. */
async function ask(question: string): Promise<string> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return await terminal.question(question);
  } finally {
    terminal.close();
  }
}

const hasTerminal = process.stdin.isTTY && process.stderr.isTTY;
const readSettings = () => {
  loadSettingsFiles();
  return readEnv();
};
// On standard error too.
const tell = (line: string) => void process.stderr.write(`${line}\n`);
const { code, stdout, stderr } = await run(
  process.argv.slice(2),
  readSettings,
  hasTerminal ? ask : null,
  tell,
);
process.stdout.write(stdout);
process.stderr.write(stderr);
process.exitCode = code;
