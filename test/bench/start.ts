import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { onlySettings } from "@test/support/child-env";
import { startMount } from "@test/support/mounts";
import { PEPPER, SESSION_SECRET } from "@test/support/secrets";
import { makeKeys } from "./keys";
import { median } from "./median";
import type { Result } from "./result";

const ROUNDS = 7;

/** How long somebody waits who starts a server, or asks a command for one thing. */
export async function startBenchmarks(databaseUrl: string): Promise<Result[]> {
  await makeKeys(databaseUrl);
  const starts: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const begun = performance.now();
    const server = await startMount("main.ts", databaseUrl);
    starts.push((performance.now() - begun) / 1_000);
    await server.stop();
  }
  const server = await startMount("main.ts", databaseUrl);
  const commands: number[] = [];
  const settings = { DATABASE_URL: databaseUrl, KEY_PEPPER: PEPPER, NEXTAUTH_SECRET: SESSION_SECRET };
  for (let round = 0; round < ROUNDS; round++) {
    const begun = performance.now();
    const command = ["dist/cli.js", "key", "list", "--limit", "1", "--json"];
    await promisify(execFile)(process.execPath, command, { env: onlySettings(settings) });
    commands.push((performance.now() - begun) / 1_000);
  }
  await server.stop();
  return [
    {
      what: "start of the built server to 200 at /api/ready",
      figure: median(starts),
      unit: "s",
      bar: 2.5,
      aim: 1.5,
      kind: "cost",
      detail: `median of ${ROUNDS}, 1,000 keys: ${range(starts)}`,
    },
    {
      what: "a command that reads one thing, server running",
      figure: median(commands),
      unit: "s",
      bar: 0.5,
      aim: 0.25,
      kind: "cost",
      detail: `median of ${ROUNDS}, key list --limit 1: ${range(commands)}`,
    },
  ];
}

const range = (seconds: readonly number[]) =>
  `${Math.min(...seconds).toFixed(2)} to ${Math.max(...seconds).toFixed(2)} s`;
