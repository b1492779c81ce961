import { randomUUID } from "node:crypto";
import path from "node:path";
import { runProgram } from "@test/cli/run";
import { call, overNetwork } from "@test/support/calls";
import { startMount } from "@test/support/mounts";
import { familyOf } from "@test/support/process-family";
import { loggedCalls } from "@test/support/requests";
import postgres from "postgres";
import { expect, inject, onTestFinished, test } from "vitest";
import { createLogger } from "@/server/core/logger";
import { readPostmaster } from "@/server/embedded-postgres/postmaster";
import { startEmbeddedPostgres } from "@/server/embedded-postgres/start";

test("SIGTERM to every process of the service, as systemd's default sends it, loses no answered call", async () => {
  const dataDir = path.join(inject("scratchDirectory"), randomUUID());
  const settings = { DATA_DIR: dataDir, DATABASE_URL: "", KEY_PEPPER: "", NEXTAUTH_SECRET: "" };
  const mount = await startMount("main.ts", "", settings);
  onTestFinished(() => mount.stop());
  const made = await runProgram(
    [
      "key",
      "create",
      "--name=a",
      "--environment=staging",
      "--permissions=jobs:read",
      "--limit=minute=100000",
    ],
    { DATA_DIR: dataDir },
  );
  expect(made).toMatchObject({ code: 0, stderr: "" });
  const key = made.stdout.trim();
  const api = overNetwork(mount);
  const answered = new Set<string>();
  let stopped: Promise<void> | undefined;
  const worker = async () => {
    for (;;) {
      const answer = await call(api, "GET", "/staging/key", { key }).catch(() => null);
      if (!answer) return;
      if (answer.status === 200) answered.add(answer.headers.get("x-request-id") ?? "");
      if (answered.size < 300 || stopped) continue;
      stopped = mount.stop();
      const { pid = 0 } = readPostmaster(path.join(dataDir, "postgres")) ?? {};
      for (const one of familyOf(pid)) process.kill(one, "SIGTERM");
    }
  };
  await Promise.all(Array.from({ length: 8 }, worker));
  await stopped;

  const database = await startEmbeddedPostgres({ dataDir, logger: createLogger("silent") });
  onTestFinished(() => database.stop());
  const sql = postgres(database.url, { max: 1, onnotice: () => undefined });
  onTestFinished(() => sql.end({ timeout: 1 }));
  const rows = await loggedCalls(sql);
  const logged = new Set(rows.map(({ request_id }) => request_id));
  expect(answered.size).toBeGreaterThanOrEqual(300);
  expect([...answered].filter((id) => !logged.has(id))).toEqual([]);
});
